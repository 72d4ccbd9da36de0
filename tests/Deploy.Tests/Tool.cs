using System.ComponentModel;
using System.Diagnostics;

namespace Flow.Deploy.Tests;

/// <summary>What a program said: its exit code, and standard output and error together.</summary>
internal sealed record Verdict(int ExitCode, string Output, string Errors)
{
    public void ShouldBeGood() => ExitCode.ShouldBe(0, $"{Output}\n{Errors}");
}

/// <summary>The programs that judge files better than we would. A test whose program is not installed is skipped.</summary>
internal static class Tool
{
    public static Task<Verdict> RunAsync(string program, params string[] arguments) => RunAsync(program, input: null, arguments);

    public static async Task<Verdict> RunAsync(string program, string? input, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Start(start);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return new(process.ExitCode, await output, await errors);
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip($"{start.FileName} is not installed: run ./test.sh");
            throw;
        }
    }
}
