using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Flow.Tests;

/// <summary>One real service process.</summary>
internal sealed class FlowProcess : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _output = new();
    private readonly Process _process;

    private FlowProcess(Process process, Uri url)
    {
        _process = process;
        Url = url;
        Http = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromSeconds(100) };
    }

    public Uri Url { get; }

    public HttpClient Http { get; }

    public string Output => string.Join('\n', _output);

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    public static FlowProcess Start(string folder, string assembly, IEnumerable<KeyValuePair<string, string>> settings, params string[] arguments)
    {
        var url = new Uri($"http://127.0.0.1:{Ports.Free()}");
        var start = new ProcessStartInfo("dotnet", [Repository.Assembly(folder, assembly), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.PathOf(folder),
        };
        start.Environment["ASPNETCORE_URLS"] = url.ToString();
        start.Environment["DOTNET_gcServer"] = "0";
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        var process = new FlowProcess(new Process { StartInfo = start }, url);
        process._process.OutputDataReceived += (_, line) => process.Keep(line.Data);
        process._process.ErrorDataReceived += (_, line) => process.Keep(line.Data);
        process._process.Start();
        process._process.BeginOutputReadLine();
        process._process.BeginErrorReadLine();
        return process;
    }

    public async Task<FlowProcess> ReadyAsync()
    {
        await Waiting.UntilAsync(
            () => $"{Url}health/ready to answer 200; the process wrote:\n{Output}",
            async () => _process.HasExited
                ? throw new InvalidOperationException($"The process ended with {_process.ExitCode}:\n{Output}")
                : (await Http.GetAsync("/health/ready")).StatusCode,
            status => status == HttpStatusCode.OK);
        return this;
    }

    /// <summary>SIGKILL: nothing is flushed, nothing handed back.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGSTOP: alive, its connections too, but nothing moves.</summary>
    public void Pause() => Signal("STOP");

    /// <summary>SIGCONT: goes on as if nothing had been.</summary>
    public void Continue() => Signal("CONT");

    /// <summary>SIGTERM: to end in good order.</summary>
    public void Terminate() => Signal("TERM");

    public Task ExitedAsync() => _process.WaitForExitAsync(new CancellationTokenSource(Patience.Limit).Token);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        Http.Dispose();
        _process.Dispose();
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString()]);
        kill.WaitForExit();
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        _output.Enqueue(line);
        if (_output.Count > 2000)
            _output.TryDequeue(out _);
    }
}
