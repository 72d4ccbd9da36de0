using Flow.Orchestrator.ChildRuns;
using Flow.Orchestrator.Runs;
using Flow.Orchestrator.Storage;
using Flow.Orchestrator.Timers;

namespace Flow.Simulation.Tests;

/// <summary>
/// A bus, a store, two orchestrators, workers, timers and an adversary, all moved by one seed: the same seed is the same schedule. Delivery is at least once and in any order; processes die between
/// any two effects.
/// </summary>
internal sealed partial class World
{
    private const int DisturbedSteps = 60;
    private const int CalmSteps = 4_000;

    private readonly Random _dice;
    private readonly Clock _clock = new();
    private readonly Dispatcher[] _processes;
    private readonly List<Envelope> _bus = [];
    private readonly Mutation _mutation;
    private readonly List<string> _trace = [];
    private readonly Workflow _workflow;
    private readonly bool _interferes;
    private readonly HashSet<Guid> _fenced = [];
    private bool _isDisturbed;

    public World(int seed, Workflow workflow, Mutation mutation = Mutation.None, bool isCalm = false)
    {
        _dice = new Random(seed);
        _workflow = workflow;
        _mutation = mutation;
        _isDisturbed = !isCalm;
        _interferes = !isCalm && _dice.Next(3) == 0;
        _processes = [new(_clock), new(_clock)];
        RunId = NewId();
        foreach (var known in Workflow.Small.Concat(Workflow.Large))
            Store.Workflows[(known.Name, 1)] = known.Definition;
    }

    public Guid RunId { get; }

    public Store Store { get; } = new();

    /// <summary>Run-level facts that were sent, by message id.</summary>
    public Dictionary<Guid, object> Published { get; } = [];

    public IReadOnlyList<string> Trace => _trace;

    /// <summary>What an invariant says was broken in the middle.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>Whether an operator had a hand in it.</summary>
    public bool WasSteered { get; private set; }

    public async Task RunAsync()
    {
        Send(Endpoints.Runs, Begin(RunId, _workflow.Name, _workflow.Input, null));
        for (var i = 0; i < DisturbedSteps && _isDisturbed && await StepAsync(); i++)
        {
        }

        _isDisturbed = false;
        for (var i = 0; i < CalmSteps; i++)
        {
            if (!await StepAsync() && !Resume())
                return;
        }

        Violations.Add("the world does not come to rest");
    }

    private async Task<bool> StepAsync()
    {
        var due = Store.Timers.Rows.Values.Where(t => t.DueAt <= _clock.Now).ToList();
        if (_isDisturbed && _interferes && _dice.Next(8) == 0)
            Interfere();
        else if (Store.Outbox.Count > 0 && (_bus.Count == 0 || _dice.Next(3) == 0))
            Sweep();
        else if (due.Count > 0 && (_bus.Count == 0 || _dice.Next(3) == 0))
            Fire(due[_dice.Next(due.Count)]);
        else if (_bus.Count > 0 && (!_isDisturbed || Store.Timers.Rows.Count == 0 || _dice.Next(12) != 0))
            await DeliverAsync();
        else if (Store.Timers.Rows.Count > 0)
            Pass();
        else
            return _bus.Count > 0 || Store.Outbox.Count > 0;
        return true;
    }

    private async Task DeliverAsync()
    {
        var envelope = _bus[_isDisturbed ? _dice.Next(_bus.Count) : 0];
        switch (envelope.Endpoint)
        {
            case SimulatedTransaction.Events:
                Published[envelope.Id] = envelope.Message;
                Acknowledge(envelope);
                break;
            case SimulatedTransaction.Work:
                Work(envelope, (NodeWorkItem)envelope.Message);
                break;
            case Endpoints.ChildRuns:
                StartChild(envelope, (StartChildRun)envelope.Message);
                break;
            default:
                await ConsumeAsync(envelope);
                break;
        }
    }

    private async Task ConsumeAsync(Envelope envelope)
    {
        var crash = _isDisturbed && _dice.Next(6) == 0 ? (CrashPoint)(1 + _dice.Next(4)) : CrashPoint.None;
        Note($"{envelope.Message.GetType().Name}{(crash == CrashPoint.None ? "" : $", dies {crash}")}");
        if (_mutation != Mutation.NoInbox && Store.Inbox.Contains((envelope.Id, envelope.Endpoint)))
        {
            Acknowledge(envelope);
            return;
        }

        var process = _dice.Next(_processes.Length);
        var transaction = new SimulatedTransaction(Store, envelope, NewId);
        var message = _mutation == Mutation.NoFence ? Unfenced(envelope.Message) : envelope.Message;
        await (envelope.Endpoint == Endpoints.Runs ? _processes[process].TellRunAsync(transaction, message) : _processes[process].TellScopeAsync(transaction, message));
        if (_mutation == Mutation.SendBeforeCommit)
            _bus.AddRange(transaction.Sent);
        if (crash != CrashPoint.None)
            _processes[process] = new(_clock);
        if (crash == CrashPoint.BeforeCommit)
            return;
        transaction.Commit();
        Watch(transaction);
        if (crash == CrashPoint.BeforeSend)
        {
            if (_mutation == Mutation.NoSweeper)
                Store.Outbox.RemoveAll(transaction.Sent.Contains);
            return;
        }

        foreach (var sent in transaction.Sent)
            Deliver(sent);
        if (crash == CrashPoint.BeforeDelete)
            return;
        Store.Outbox.RemoveAll(transaction.Sent.Contains);
        if (crash != CrashPoint.BeforeAcknowledge)
            Acknowledge(envelope);
    }

    /// <summary>What ChildRunConsumer does with a start that is good.</summary>
    private void StartChild(Envelope envelope, StartChildRun start)
    {
        ChildRunArguments.TryRead(start.Input, out var arguments, out _);
        Send(Endpoints.Runs, Begin(start.Token, arguments!.Workflow, arguments.Input.GetRawText(), start));
        Acknowledge(envelope);
    }

    private static BeginRun Begin(Guid runId, string workflow, string input, StartChildRun? parent) => new()
    {
        RunId = runId,
        Request = new StartRun { RunId = runId, Workflow = workflow, Input = JsonElement.Parse(input), Source = parent is null ? null : new RunSource(parent.RunId, parent.Node) },
        Version = 1,
        RequestHash = workflow,
        Parent = parent is null ? null : new ParentAttempt(parent.ScopeId, parent.Resource),
    };

    private void Interfere()
    {
        object order = _dice.Next(6) switch
        {
            0 => new CancelRun(RunId, "enough"),
            1 => new PauseRun(RunId),
            2 or 3 => new ResumeRun(RunId),
            4 => new RedriveRun(RunId),
            _ => Begin(RunId, _workflow.Name, _workflow.Input, null),
        };
        WasSteered |= order is not BeginRun;
        Note($"an operator sends {order.GetType().Name}");
        Send(Endpoints.Runs, order);
    }

    private bool Resume()
    {
        if (!Store.Runs.Rows.TryGetValue(RunId, out var run) || run.CurrentState != "Paused")
            return false;
        Send(Endpoints.Runs, new ResumeRun(RunId));
        return true;
    }

    private void Fire(TimerRow timer)
    {
        // Claimed in a transaction of its own; its process may die after it, and the sweeper sends.
        Store.Timers.Rows.Remove((timer.Token, timer.Kind));
        var fired = new Envelope(NewId(), timer.RunId == timer.ScopeId ? Endpoints.Runs : Endpoints.Scopes, new TimerFired(timer.RunId, timer.ScopeId, timer.Token, Enum.Parse<DueKind>(timer.Kind)));
        Note($"timer {timer.Kind} fires");
        Store.Outbox.Add(fired);
    }

    private void Sweep()
    {
        var left = Store.Outbox[0];
        Store.Outbox.RemoveAt(0);
        Deliver(left);
    }

    private void Pass()
    {
        var next = Store.Timers.Rows.Values.Min(t => t.DueAt);
        if (next > _clock.Now)
            _clock.Now = next;
        Note("time passes");
    }

    private void Send(string endpoint, object message) => _bus.Add(new(NewId(), endpoint, message));

    private void Deliver(Envelope envelope)
    {
        if (envelope.Message is ScopeClosed && _mutation == Mutation.LoseChildEnd && _dice.Next(4) == 0)
            return;
        _bus.Add(envelope);
        if (envelope.Message is ScopeClosed && _mutation == Mutation.TellChildEndTwice)
            _bus.Add(envelope with { Id = NewId() });
        if (_isDisturbed && _dice.Next(10) == 0)
            _bus.Add(envelope);
    }

    private void Acknowledge(Envelope envelope) => _bus.Remove(envelope);

    private object Unfenced(object message)
    {
        Guid? Outstanding(Guid runId, Guid scopeId) => (runId == scopeId ? (ScopeState?)Store.Runs.Rows.GetValueOrDefault(scopeId) : Store.Scopes.Rows.GetValueOrDefault(scopeId)) is { } state
            ? StatesLanguage.ScopeJson.Read(state.Document).OutstandingAttempt
            : null;
        return message switch
        {
            NodeSucceeded m => m with { Token = Outstanding(m.RunId, m.ScopeId) ?? m.Token },
            NodeFailed m => m with { Token = Outstanding(m.RunId, m.ScopeId) ?? m.Token },
            _ => message,
        };
    }

    /// <summary>What must hold after every commit.</summary>
    private void Watch(SimulatedTransaction transaction)
    {
        foreach (var run in Store.Runs.Rows.Values)
        {
            if (run.CurrentState is "Cancelled" or "TimedOut")
                _fenced.Add(run.CorrelationId);
            else
                _fenced.Remove(run.CorrelationId);
        }

        foreach (var item in transaction.Sent.Select(sent => sent.Message).OfType<NodeWorkItem>())
        {
            if (_fenced.Contains(item.RunId))
                Violations.Add("a cancelled run starts something");
        }

        if (_workflow.MaxConcurrency > 0
            && Store.Scopes.Rows.Values.Where(s => s.ParentId == RunId && s.EndedAt is null && s.CurrentState != "Pending").GroupBy(s => s.GroupToken).Any(group => group.Count() > _workflow.MaxConcurrency))
        {
            Violations.Add("more iterations are open than MaxConcurrency allows");
        }
    }

    private void Note(string what)
    {
        if (_trace.Count < 400)
            _trace.Add(what);
    }

    private Guid NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        _dice.NextBytes(bytes);
        return new Guid(bytes);
    }
}
