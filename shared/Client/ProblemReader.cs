using System.Text.Json;
using Flow.Contracts.Api;

namespace Flow.Client;

internal static class ProblemReader
{
    private sealed record Problem(string? Type, string? Title, string? Detail, IReadOnlyList<DefinitionFinding>? Findings);

    public static async Task<FlowApiException> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        var problem = Parse(body);
        var detail = problem?.Detail ?? problem?.Title ?? $"The server answered {status} {response.ReasonPhrase} to {response.RequestMessage?.Method} {response.RequestMessage?.RequestUri}.";
        return new FlowApiException(status, problem?.Type ?? "about:blank", detail, problem?.Findings ?? []);
    }

    private static Problem? Parse(string body)
    {
        try
        {
            return JsonSerializer.Deserialize<Problem>(body, HttpCaller.Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
