using System.Diagnostics;

namespace Flow.Tests;

/// <summary>A server that belongs to one test, started and ended by a script of tests/servers in a directory of its own.</summary>
internal sealed class ServerScript(string script, string directory, params string[] arguments)
{
    /// <summary>Starts it, or starts it again on what it has stored; returns its ports once it is healthy.</summary>
    public async Task<int[]> StartAsync() => [.. (await RunAsync("start")).Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(int.Parse)];

    /// <summary>Runs one of the script's commands; returns what it printed.</summary>
    public async Task<string> RunAsync(string command)
    {
        var start = new ProcessStartInfo(Path.Combine(Checkout.Root, "tests", "servers", script), [command, directory, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? (await output).Trim()
            : throw new InvalidOperationException($"{script} {command} {directory} ended with {process.ExitCode}: {await errors}");
    }
}
