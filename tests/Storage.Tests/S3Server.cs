using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Flow.Storage.Tests;

/// <summary>A server that speaks the protocol of S3, with one empty bucket.</summary>
internal sealed class S3Server : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _directory;

    private S3Server(Process process, DirectoryInfo directory, string url)
    {
        _process = process;
        _directory = directory;
        Url = url;
    }

    public string Url { get; }

    public static async Task<S3Server> StartAsync(string bucket)
    {
        var program = Path.Combine(Checkout.Root, "tests", "tools", "node_modules", "s3rver", "bin", "s3rver.js");
        Assert.SkipWhen(!File.Exists(program), "run ./test.sh, which installs the packages of tests/tools");
        // The server's own defaults; it knows no others.
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "S3RVER");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "S3RVER");
        var directory = Directory.CreateTempSubdirectory("flow-s3-");
        var port = Ports.Free();
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in new[] { program, "--directory", directory.FullName, "--address", "127.0.0.1", "--port", $"{port}", "--configure-bucket", bucket })
            start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.Contains("listening", StringComparison.OrdinalIgnoreCase))
                return new(process, directory, $"http://127.0.0.1:{port}");
        }

        throw new InvalidOperationException($"The server did not start: {await process.StandardError.ReadToEndAsync()}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _directory.Delete(recursive: true);
    }
}
