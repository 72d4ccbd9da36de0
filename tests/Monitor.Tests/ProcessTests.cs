using System.Diagnostics;

namespace Flow.Monitor.Tests;

/// <summary>The monitor as an operator starts it, with a setting wrong.</summary>
public sealed class ProcessTests
{
    [Theory]
    [InlineData("Flow__Transport", "Pigeon", "Flow:Transport")]
    [InlineData("Flow__Monitor__RefreshSeconds", "0", "Flow:Monitor:RefreshSeconds is '0': The field RefreshSeconds must be between 1 and 60.")]
    [InlineData("ConnectionStrings__Flow", "nonsense", "ConnectionStrings:Flow")]
    [InlineData("ASPNETCORE_URLS", "http://203.0.113.7:80", "203.0.113.7")]
    public async Task A_wrong_setting_stops_it_with_one_clear_line(string variable, string value, string named)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(MonitorOptions).Assembly.Location]) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["ConnectionStrings__Flow"] = Servers.Sqlite();
        start.Environment["Flow__Transport"] = "InMemory";
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment[variable] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience.Limit);
        process.ExitCode.ShouldBe(1, error + await output);
        var line = error.Trim();
        line.ShouldStartWith("Flow stopped: ");
        line.ShouldContain(named);
        line.ShouldNotContain('\n');
        (await output).ShouldNotContain("   at ");
    }
}
