using System.Diagnostics;
using System.Text.Json;
using Flow.Contracts;

namespace Flow.Monitor.Tests;

public sealed class BrowserTests
{
    // capability 112, capability 114, capability 136, capability 137
    [Fact]
    public async Task The_pages_are_live_legible_and_safe_in_a_real_browser()
    {
        var chromium = Environment.GetEnvironmentVariable("FLOW_TEST_CHROMIUM") ?? "/usr/bin/chromium";
        Assert.SkipUnless(File.Exists(chromium), $"there is no {chromium}: apt-get install chromium fonts-dejavu-core, set FLOW_TEST_CHROMIUM, or run ./test.sh");
        var modules = Environment.GetEnvironmentVariable("FLOW_TEST_PLAYWRIGHT");
        Assert.SkipWhen(string.IsNullOrEmpty(modules), "set FLOW_TEST_PLAYWRIGHT to a folder where npm installed playwright-core, or run ./test.sh");

        await using var app = await MonitorApp.StartAsync(Servers.Sqlite());
        var now = TimeProvider.System.GetUtcNow();
        await app.WriteAsync(Gallery.Of(now));
        var fresh = new RunFailed
        {
            RunId = Guid.NewGuid(),
            Workflow = Gallery.Hostile,
            Version = 12,
            Name = Gallery.Hostile + new string('x', 300),
            Timestamp = now.AddSeconds(2),
            StartedAt = now.AddSeconds(-61),
            Error = "Http.BadGateway",
            Cause = string.Join('\n', Enumerable.Repeat(Gallery.Hostile + " at /very/long/path/" + new string('y', 120), 12)),
            Node = "Fetch the source " + new string('z', 80),
        };

        var start = new ProcessStartInfo("node", [Path.Combine(AppContext.BaseDirectory, "browser.mjs"), app.Http.BaseAddress!.ToString().TrimEnd('/'), fresh.RunId.ToString(), Environment.GetEnvironmentVariable("FLOW_TEST_PICTURES") ?? "-"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var browser = Process.Start(start)!;
        var complaints = browser.StandardError.ReadToEndAsync();
        (await browser.StandardOutput.ReadLineAsync()).ShouldBe("READY");
        await app.WriteAsync([fresh, .. Gallery.EventsOf(fresh.RunId, now)]);
        var said = await browser.StandardOutput.ReadLineAsync();
        await browser.WaitForExitAsync();
        said.ShouldNotBeNull(await complaints);
        JsonSerializer.Deserialize<string[]>(said).ShouldBe([]);
    }
}
