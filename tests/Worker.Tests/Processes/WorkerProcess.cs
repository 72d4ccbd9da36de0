using System.Diagnostics;
using System.Globalization;
using Flow.Worker.Tests.Bed;

namespace Flow.Worker.Tests.Processes;

/// <summary>The stock worker as a process of its own.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private WorkerProcess(Process process) => _process = process;

    public Observed<string> Output { get; } = new();

    public int Id => _process.Id;

    public static WorkerProcess Start(Transport transport, params (string Key, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Flow.StockWorker.dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        foreach (var (key, value) in transport.Settings.Select(s => (s.Key, s.Value)).Concat(settings.Select(s => (s.Key, (string?)s.Value))).Append(("urls", "http://127.0.0.1:0")))
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        var worker = new WorkerProcess(Process.Start(start)!);
        worker._process.OutputDataReceived += (_, line) => worker.Output.Add(line.Data ?? "");
        worker._process.ErrorDataReceived += (_, line) => worker.Output.Add(line.Data ?? "");
        worker._process.BeginOutputReadLine();
        worker._process.BeginErrorReadLine();
        return worker;
    }

    /// <summary>SIGKILL: no word to anyone.</summary>
    public async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, as an orchestrator of containers sends it.</summary>
    public async Task Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    public async Task<int> Exit()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await Kill();
        _process.Dispose();
    }
}
