using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Flow.Hosting.Tests;

// capability 145
public sealed class HealthTests
{
    [Theory]
    [InlineData(HealthStatus.Healthy, HttpStatusCode.OK)]
    [InlineData(HealthStatus.Degraded, HttpStatusCode.ServiceUnavailable)]
    [InlineData(HealthStatus.Unhealthy, HttpStatusCode.ServiceUnavailable)]
    public async Task Readiness_follows_the_checks_and_says_why(HealthStatus status, HttpStatusCode expected)
    {
        await using var app = await TestApp.StartAsync(b => b.Services.AddHealthChecks().AddCheck("database", () => new HealthCheckResult(status, "answers in 3 ms")));
        var ready = await app.Http.GetAsync("/health/ready");
        ready.StatusCode.ShouldBe(expected);
        var body = JsonDocument.Parse(await ready.Content.ReadAsStringAsync()).RootElement;
        body.GetProperty("status").GetString().ShouldBe(status.ToString());
        body.GetProperty("service").GetString().ShouldBe("flow-test");
        var check = body.GetProperty("checks").EnumerateArray().Single();
        check.GetProperty("name").GetString().ShouldBe("database");
        check.GetProperty("message").GetString().ShouldBe("answers in 3 ms");
        (await app.Http.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_check_that_throws_is_unhealthy_with_its_message()
    {
        await using var app = await TestApp.StartAsync(b => b.Services.AddHealthChecks().AddCheck("broker", () => throw new IOException("broker at 127.0.0.1:5672 is gone")));
        var ready = await app.Http.GetAsync("/health/ready");
        ready.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await ready.Content.ReadAsStringAsync()).ShouldContain("broker at 127.0.0.1:5672 is gone");
    }

    [Fact]
    public async Task A_check_that_hangs_fails_after_its_limit()
    {
        await using var app = await TestApp.StartAsync(
            b => b.Services.AddHealthChecks().AddAsyncCheck("slow", async cancellationToken =>
            {
                await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
                return HealthCheckResult.Healthy();
            }),
            new() { ["Flow:Hosting:HealthCheckTimeoutSeconds"] = "1" });
        (await app.Http.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }
}
