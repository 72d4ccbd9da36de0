using System.Diagnostics;
using StackExchange.Redis;

namespace Flow.Transports.Tests.Brokers;

/// <summary>A redis-server of a test's own, to be killed and set wrong at will.</summary>
internal sealed class OwnRedis : IAsyncDisposable
{
    private static readonly string Script = Path.Combine(Checkout.Root, "tests", "servers", "redis.sh");

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("flow-redis-");
    private readonly string[] _options;

    private OwnRedis(string[] options) => _options = options;

    public int Port { get; private set; }

    public string Uri => $"redis://127.0.0.1:{Port}";

    /// <summary>The settings of a process that uses it.</summary>
    public Dictionary<string, string?> Settings => SettingsWith(Uri);

    /// <summary>Starts one with options of redis-server, or skips the test.</summary>
    public static async Task<OwnRedis> StartAsync(params string[] options)
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("FLOW_TEST_REDIS") is null, "set FLOW_TEST_REDIS or run ./test.sh");
        var installed = Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "redis-server")));
        Assert.SkipUnless(installed, "redis-server is not installed here; this test starts and kills one of its own");
        var server = new OwnRedis(options);
        await server.StartAgainAsync();
        return server;
    }

    public static Dictionary<string, string?> SettingsWith(string uri) => new() { ["Flow:Transport"] = "Redis", ["ConnectionStrings:Redis"] = uri };

    /// <summary>Starts it on the files it left.</summary>
    public async Task StartAgainAsync() => Port = int.Parse(await RunAsync("start", _options));

    /// <summary>SIGKILL.</summary>
    public Task KillAsync() => RunAsync("kill");

    public async Task<string?> ExecuteAsync(string command, params object[] arguments)
    {
        await using var server = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{Port},allowAdmin=true");
        return (await server.GetDatabase().ExecuteAsync(command, arguments)).ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _directory.Delete(recursive: true);
    }

    private async Task<string> RunAsync(string command, params string[] options)
    {
        // What is started outlives this process's pipes, so its words go to a file.
        var answer = Path.Combine(_directory.FullName, "answer");
        using var process = Process.Start("bash", ["-c", "\"$0\" \"$@\" >\"$2/answer\" 2>&1", Script, command, _directory.FullName, .. options]);
        await process.WaitForExitAsync();
        var text = await File.ReadAllTextAsync(answer);
        process.ExitCode.ShouldBe(0, text);
        return text;
    }
}
