using System.Text.Json;
using Flow.Transports.Checks;

namespace Flow.Cli.Checks;

/// <summary>Asks services that run whether they are ready.</summary>
internal static class HealthChecks
{
    /// <param name="service">Its name, e.g. <c>orchestrator</c>.</param>
    /// <param name="address">Its address.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task<CheckResult> RunAsync(string service, Uri address, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(15) };
        try
        {
            using var response = await client.GetAsync(new Uri(address, "/health/ready"), cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            if (response.IsSuccessStatusCode)
                return new(service, CheckStatus.Ok, $"The {service} at {address} is ready.") { Reached = true };
            return new(service, CheckStatus.Problem, $"The {service} at {address} is not ready ({Reasons(text) ?? $"HTTP {(int)response.StatusCode}"}).", "See its log.") { Reached = true };
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new(service, CheckStatus.Problem, $"The {service} does not answer at {address} ({exception.GetBaseException().Message.TrimEnd('.')}).", "Check that it runs, and its address.") { Reached = false };
        }
    }

    private static string? Reasons(string body)
    {
        try
        {
            return string.Join("; ", from check in JsonElement.Parse(body).GetProperty("checks").EnumerateArray()
                                     where check.GetProperty("status").GetString() != "Healthy"
                                     select $"{check.GetProperty("name").GetString()}: {check.GetProperty("message").GetString()}");
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
