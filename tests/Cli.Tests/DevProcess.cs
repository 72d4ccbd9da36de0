using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Flow.Cli.Tests;

/// <summary>A <c>flow dev</c> of its own, on free ports and a file of its own.</summary>
public sealed class DevProcess : IAsyncLifetime
{
    private const int SigTerm = 15;

    private readonly TemporaryDirectory _directory = new();
    private Process _process = null!;
    private Task<string> _error = null!;

    public string Url { get; private set; } = "";

    public string MonitorUrl { get; private set; } = "";

    public string Database => _directory.File("flow.db");

    /// <summary>Runs a verb against it.</summary>
    public Task<Outcome> RunAsync(params string[] args) => FlowCli.RunAsync([.. args, "--url", Url]);

    /// <summary>Its workers, once it has heard of one.</summary>
    public async Task<IReadOnlyList<JsonElement>> WorkersAsync()
    {
        for (var looks = 0; looks < 60; looks++)
        {
            if ((await RunAsync("workers", "-o", "json")).Json.GetProperty("items").EnumerateArray().ToList() is { Count: > 0 } workers)
                return workers;
        }

        return [];
    }

    public async ValueTask InitializeAsync() => await StartAsync();

    public async Task StartAsync()
    {
        _process = FlowCli.Start(["dev", "--db", Database, "--port", "0", "--monitor-port", "0", "-o", "json"]);
        _error = _process.StandardError.ReadToEndAsync();
        var line = await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience.Limit) ?? throw new InvalidOperationException($"flow dev did not start: {await _error}");
        var ready = JsonElement.Parse(line);
        Url = ready.GetProperty("url").GetString()!;
        MonitorUrl = ready.GetProperty("monitorUrl").GetString()!;
    }

    /// <summary>Stops it in good order and answers with its exit code and what it had logged.</summary>
    public async Task<(int ExitCode, string Error)> StopAsync()
    {
        _ = Kill(_process.Id, SigTerm);
        await _process.WaitForExitAsync().WaitAsync(Patience.Limit);
        return (_process.ExitCode, await _error);
    }

    /// <summary>Ends it as a power cut does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _directory.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}
