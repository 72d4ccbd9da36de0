using System.Diagnostics;

namespace Flow.Cli.Tests;

/// <summary>The script <c>flow</c> at the root, which runs the command from source.</summary>
public sealed class When_the_script_runs
{
    [Fact]
    public async Task Should_say_what_to_install_when_dotnet_is_missing()
    {
        using var path = new TemporaryDirectory();
        foreach (var tool in (string[])["bash", "dirname", "readlink"])
            File.CreateSymbolicLink(path.File(tool), new[] { "/usr/bin/" + tool, "/bin/" + tool }.First(File.Exists));
        var start = new ProcessStartInfo(path.File("bash"), [Repository.File("flow"), "--help"]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = "/" };
        start.Environment["PATH"] = path.Path;
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(1);
        error.ShouldContain(".NET 10 SDK");
    }
}
