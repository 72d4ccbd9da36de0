using System.ComponentModel;
using System.Diagnostics;

namespace Flow.Monitor.Tests;

internal static class Promtool
{
    /// <summary>Runs <c>promtool check metrics</c>, which reads the text as Prometheus would and lints names, units and help.</summary>
    public static async Task ShouldAcceptAsync(string metrics)
    {
        Process? process = null;
        try
        {
            process = Process.Start(new ProcessStartInfo("promtool", ["check", "metrics"]) { RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false });
        }
        catch (Win32Exception)
        {
            Assert.Skip("promtool is not installed: apt-get install prometheus, or run ./test.sh");
        }

        using (process)
        {
            await process!.StandardInput.WriteAsync(metrics);
            process.StandardInput.Close();
            var said = await process.StandardError.ReadToEndAsync() + await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            process.ExitCode.ShouldBe(0, said + "\n" + metrics);
            said.ShouldBeEmpty();
        }
    }
}
