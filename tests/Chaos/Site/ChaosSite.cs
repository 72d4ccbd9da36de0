using Npgsql;

namespace Flow.Chaos.Tests;

/// <summary>
/// What the faults strike: two orchestrators and two workers as processes of their own, each with a relay of its own before the broker and the database, on
/// servers that belong to this site.
/// </summary>
internal sealed class ChaosSite : IAsyncDisposable
{
    public const int Pair = 2;

    private readonly Relay[] _toDatabase;
    private readonly Relay[] _toBroker;

    private readonly List<Task> _mending = [];

    private ChaosSite(OwnServers servers, Installation flow)
    {
        Servers = servers;
        Flow = flow;
        Effects = Path.Combine(servers.Path, "effects");
        Directory.CreateDirectory(Effects);
        _toDatabase = [.. Enumerable.Range(0, Pair).Select(_ => new Relay("127.0.0.1", servers.PostgresPort))];
        _toBroker = [.. Enumerable.Range(0, 2 * Pair).Select(_ => new Relay("127.0.0.1", servers.OtherNodePorts.FirstOrDefault(servers.RabbitMqPort)))];
        Pulse = new Pulse(flow.ConnectionString);
    }

    public OwnServers Servers { get; }

    public Installation Flow { get; }

    /// <summary>Directory of the effect log.</summary>
    public string Effects { get; }

    public Pulse Pulse { get; }

    public FlowProcess[] Orchestrators { get; } = new FlowProcess[Pair];

    public FlowProcess[] Workers { get; } = new FlowProcess[Pair];

    public IEnumerable<Relay> Relays => [.. _toDatabase, .. _toBroker];

    public static async Task<ChaosSite> StartAsync(int brokerNodes = 1)
    {
        var servers = await OwnServers.StartAsync(brokerNodes);
        var site = new ChaosSite(servers, await Installation.CreateAsync(servers.Addresses));
        foreach (var relay in site.Relays)
            relay.Open();
        await CommitPoints.PrepareAsync(site.Flow);
        await Task.WhenAll([.. Enumerable.Range(0, Pair).SelectMany(i => (Task[])[site.StartOrchestratorAsync(i), site.StartWorkerAsync(i)])]);
        await site.Flow.RegisterAsync(site.Orchestrators[0], Workload.Workflow, Workload.Definition);
        return site;
    }

    /// <summary>The name under which the database knows an orchestrator.</summary>
    public static string NameOf(int orchestrator) => $"orchestrator-{orchestrator}";

    /// <summary>The relay between an orchestrator and the database.</summary>
    public Relay ToDatabase(int orchestrator) => _toDatabase[orchestrator];

    /// <summary>The relays between all processes and the broker: in front of a cluster they lead to one of its nodes.</summary>
    public IReadOnlyList<Relay> ToBrokers => _toBroker;

    /// <summary>The relay between an orchestrator and the broker.</summary>
    public Relay ToBroker(int orchestrator) => _toBroker[orchestrator];

    /// <summary>Whatever a fault broke and a supervisor is starting again.</summary>
    public void Mend(Task restart) => _mending.Add(restart);

    /// <summary>Waits until everything runs again.</summary>
    public async Task MendedAsync()
    {
        await Task.WhenAll(_mending);
        _mending.Clear();
    }

    /// <summary>Starts an orchestrator, or the one that follows a killed one; returns when it is ready.</summary>
    public async Task StartOrchestratorAsync(int index)
    {
        var database = new NpgsqlConnectionStringBuilder(Flow.ConnectionString)
        {
            Host = "127.0.0.1",
            Port = _toDatabase[index].Port,
            ApplicationName = NameOf(index),
        };
        Orchestrators[index] = Flow.Orchestrator(
            ("ConnectionStrings__Flow", database.ToString()),
            ("ConnectionStrings__RabbitMq", Through(_toBroker[index])),
            // The reconciler would mend what was lost before the audit sees it.
            ("Flow__Orchestrator__ReconcileSeconds", "3600"));
        await Orchestrators[index].ReadyAsync();
    }

    /// <summary>Starts a worker, or the one that follows a killed one; returns when it is ready.</summary>
    public async Task StartWorkerAsync(int index)
    {
        (string, string)[] settings =
        [
            ("ConnectionStrings__RabbitMq", Through(_toBroker[Pair + index])),
            ("Flow__Worker__Concurrency", "16"),
            ("Flow__Worker__LeaseAfterSeconds", "1"),
            ("Flow__Worker__LeaseSeconds", "3"),
        ];
        Workers[index] = Flow.Start("tests/Chaos", "Flow.Chaos.Tests", settings, "worker", Effects);
        await Workers[index].ReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Pulse.DisposeAsync();
        foreach (var relay in Relays)
            relay.Dispose();
        await Flow.DisposeAsync();
        await Servers.DisposeAsync();
    }

    private string Through(Relay relay) => new UriBuilder(Flow.BrokerUri) { Port = relay.Port }.Uri.ToString();
}
