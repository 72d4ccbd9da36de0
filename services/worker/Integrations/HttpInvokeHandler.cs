using System.Text.Json;
using System.Text.Json.Serialization;
using Flow.StockWorker.Http;
using Flow.Worker;
using Microsoft.Extensions.Options;

namespace Flow.StockWorker.Integrations;

/// <summary>The input of <c>http:invoke</c>.</summary>
/// <param name="ApiEndpoint">Absolute URL.</param>
/// <param name="Method">The method.</param>
/// <param name="Headers">Headers; a value may be a list of texts.</param>
/// <param name="QueryParameters">Added to the URL; a value may be a list of texts.</param>
/// <param name="RequestBody">Any JSON value.</param>
/// <param name="Authentication">Names the connection whose headers are added.</param>
/// <param name="InvocationConfig">As Authentication, in its other place.</param>
/// <param name="Transform">How the body is written.</param>
internal sealed record HttpInvokeInput(
    string ApiEndpoint,
    string Method,
    IReadOnlyDictionary<string, JsonElement>? Headers = null,
    IReadOnlyDictionary<string, JsonElement>? QueryParameters = null,
    JsonElement? RequestBody = null,
    HttpConnection? Authentication = null,
    HttpConnection? InvocationConfig = null,
    HttpTransform? Transform = null);

/// <summary>A connection.</summary>
/// <param name="ConnectionArn"><c>arn:aws:events:REGION:ACCOUNT:connection/NAME/ID</c>, or the name.</param>
internal sealed record HttpConnection(string? ConnectionArn = null);

/// <summary>How a body is written.</summary>
/// <param name="RequestBodyEncoding"><c>NONE</c> (JSON, default) or <c>URL_ENCODED</c>.</param>
internal sealed record HttpTransform(string? RequestBodyEncoding = null);

/// <summary>The answer of <c>http:invoke</c>.</summary>
internal sealed record HttpInvokeOutput(
    [property: JsonPropertyName("Headers")] IReadOnlyDictionary<string, string[]> Headers,
    [property: JsonPropertyName("ResponseBody")] JsonElement ResponseBody,
    [property: JsonPropertyName("StatusCode")] int StatusCode,
    [property: JsonPropertyName("StatusText")] string StatusText);

/// <summary>Serves Step Functions' <c>http:invoke</c> as the handler <c>http</c> does. What a connection adds stands in the setting <c>Flow:Worker:Http:Connections:NAME</c>.</summary>
[NodeHandler("http:invoke")]
internal sealed class HttpInvokeHandler(HttpHandler http, IOptionsMonitor<HttpHandlerOptions> options) : INodeHandler<HttpInvokeInput, HttpInvokeOutput>
{
    private const string StatusPrefix = "Http.";

    public async Task<Transition<HttpInvokeOutput>> HandleAsync(HttpInvokeInput input, NodeContext context)
    {
        var headers = Texts(input.Headers).ToDictionary(h => h.Name, h => string.Join(", ", h.Values), StringComparer.OrdinalIgnoreCase);
        if ((input.Authentication ?? input.InvocationConfig)?.ConnectionArn is { } arn)
        {
            var name = ConnectionName(arn);
            if (!options.CurrentValue.Connections.TryGetValue(name, out var added))
                return Transition.Abort("Http.UnknownConnection", $"The connection '{name}' is not configured: name its headers in {HttpHandlerOptions.Section}:Connections:{name}, e.g. …:{name}:Authorization.");
            foreach (var (header, value) in added)
                headers[header] = value;
        }

        var body = input.RequestBody;
        if (input.Transform?.RequestBodyEncoding == "URL_ENCODED" && body is { ValueKind: JsonValueKind.Object } fields)
        {
            headers["Content-Type"] = "application/x-www-form-urlencoded";
            body = JsonSerializer.SerializeToElement(Encoded(fields.EnumerateObject().ToDictionary(f => f.Name, f => f.Value, StringComparer.Ordinal)));
        }

        var query = Encoded(input.QueryParameters);
        var url = query.Length == 0 ? input.ApiEndpoint : $"{input.ApiEndpoint}{(input.ApiEndpoint.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{query}";
        var answer = await http.HandleAsync(new HttpInput(url, input.Method, headers, body), context);
        return answer.Kind == TransitionKind.Abort ? Failure(answer) : Success(answer.Output!);
    }

    private static HttpInvokeOutput Success(HttpOutput output) => new(
        output.Headers.ToDictionary(h => h.Key, h => new[] { h.Value }, StringComparer.Ordinal), output.Body, output.Status, ((System.Net.HttpStatusCode)output.Status).ToString());

    private static Transition Failure(Transition<HttpOutput> answer)
    {
        var kind = answer.Error![StatusPrefix.Length..];
        var error = int.TryParse(kind, out _) ? $"States.Http.StatusCode.{kind}" : kind is "ConnectionFailed" or "Timeout" ? "States.Http.Socket" : answer.Error;
        return Transition.Abort(error, answer.Cause, answer.Details);
    }

    private static string ConnectionName(string arn) => arn.Split("connection/") is [_, var rest] ? rest.Split('/')[0] : arn;

    private static string Encoded(IReadOnlyDictionary<string, JsonElement>? fields) => string.Join(
        '&', Texts(fields).SelectMany(f => f.Values.Select(value => $"{Uri.EscapeDataString(f.Name)}={Uri.EscapeDataString(value)}")));

    private static IEnumerable<(string Name, IEnumerable<string> Values)> Texts(IReadOnlyDictionary<string, JsonElement>? fields) =>
        (fields ?? new Dictionary<string, JsonElement>()).Select(f => (f.Key, f.Value.ValueKind == JsonValueKind.Array ? f.Value.EnumerateArray().Select(v => v.ToString()) : [f.Value.ToString()]));
}
