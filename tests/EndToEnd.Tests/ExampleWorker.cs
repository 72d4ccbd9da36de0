using System.Collections.Concurrent;
using System.Diagnostics;

namespace Flow.EndToEnd.Tests;

/// <summary>A worker of <c>examples/</c> as a process of its own, on the work queue <c>texts</c>.</summary>
internal sealed class ExampleWorker : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _output = new();
    private readonly Process _process;
    private readonly DirectoryInfo? _folder;

    private ExampleWorker(Process process, DirectoryInfo? folder)
    {
        (_process, _folder) = (process, folder);
        process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Output => string.Join('\n', _output);

    public bool HasExited => _process.HasExited;

    /// <param name="language">"Python" or "JavaScript".</param>
    /// <param name="broker">The virtual host.</param>
    /// <param name="leaseAfterSeconds">When it takes a lease.</param>
    public static ExampleWorker Start(string language, Uri broker, int leaseAfterSeconds = 60)
    {
        var isPython = language == "Python";
        // Node.js looks for packages beside the program and above it.
        var folder = isPython ? null : WithPackages();
        var start = isPython
            ? new ProcessStartInfo(Environment.GetEnvironmentVariable("FLOW_TEST_PYTHON") ?? "/usr/bin/python3", [Repository.PathOf("examples", "worker.py"), broker.ToString(), "texts"])
            : new ProcessStartInfo("node", [Path.Combine(folder!.FullName, "worker.mjs"), broker.ToString(), "texts"]);
        start.UseShellExecute = false;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment["LEASE_AFTER"] = $"{leaseAfterSeconds}";
        return new ExampleWorker(new Process { StartInfo = start }, folder);
    }

    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await _process.WaitForExitAsync(new CancellationTokenSource(Patience.Limit).Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
        _folder?.Delete(recursive: true);
    }

    private static DirectoryInfo WithPackages()
    {
        var packages = Repository.PathOf("tests", "tools", "node_modules");
        Assert.SkipUnless(Directory.Exists(Path.Combine(packages, "amqplib")), "run npm ci in tests/tools, or ./test.sh");
        var folder = Directory.CreateTempSubdirectory("flow-worker-");
        File.Copy(Repository.PathOf("examples", "worker.mjs"), Path.Combine(folder.FullName, "worker.mjs"));
        Directory.CreateSymbolicLink(Path.Combine(folder.FullName, "node_modules"), packages);
        return folder;
    }
}
