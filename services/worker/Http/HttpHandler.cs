using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Flow.Worker;
using Microsoft.Extensions.Options;

namespace Flow.StockWorker.Http;

/// <summary>A request.</summary>
/// <param name="Url">Absolute, http or https.</param>
/// <param name="Method">Default GET.</param>
/// <param name="Headers">Request and content headers.</param>
/// <param name="Body">Any JSON value, sent as application/json; a string beside a Content-Type header of its own is sent as it is.</param>
/// <param name="TimeoutSeconds">Seconds until Http.Timeout, at most 3,600; default: the worker's setting.</param>
internal sealed record HttpInput(
    string Url, string Method = "GET", IReadOnlyDictionary<string, string>? Headers = null, JsonElement? Body = null, double? TimeoutSeconds = null);

/// <summary>A response.</summary>
/// <param name="Status">Status code.</param>
/// <param name="Headers">Response and content headers, lower-case names.</param>
/// <param name="Body">The body as JSON where it is JSON, else as text.</param>
internal sealed record HttpOutput(int Status, IReadOnlyDictionary<string, string> Headers, JsonElement Body);

/// <summary>Calls an HTTP endpoint. A status from 300 on (but 304) fails as <c>Http.&lt;status&gt;</c>.</summary>
[NodeHandler(Name)]
internal sealed class HttpHandler(IHttpClientFactory clients, IOptions<HttpHandlerOptions> options, TimeProvider time) : INodeHandler<HttpInput, HttpOutput>
{
    public const string Name = "http";

    private const double MaxTimeoutSeconds = 3_600;

    public async Task<Transition<HttpOutput>> HandleAsync(HttpInput input, NodeContext context)
    {
        if (!Uri.TryCreate(input.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            return Transition.Abort("Http.InvalidRequest", $"'{input.Url}' is not an absolute http or https URL.");
        var seconds = input.TimeoutSeconds ?? options.Value.TimeoutSeconds;
        if (seconds is not (> 0 and <= MaxTimeoutSeconds))
            return Transition.Abort("Http.InvalidRequest", $"'timeoutSeconds' is {seconds}; allowed are up to {MaxTimeoutSeconds}.");

        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(seconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, context.CancellationToken);
        try
        {
            using var request = Request(input, url);
            using var client = clients.CreateClient(Name);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return await Read(input, response, either.Token);
        }
        catch (FormatException e)
        {
            return Transition.Abort("Http.InvalidRequest", e.Message);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return Transition.Abort("Http.Timeout", $"{input.Method} {input.Url} did not end within {seconds} s.");
        }
        catch (HttpRequestException e)
        {
            return Transition.Abort("Http.ConnectionFailed", $"{input.Method} {input.Url}: {e.Message}");
        }
    }

    private static HttpRequestMessage Request(HttpInput input, Uri url)
    {
        var request = new HttpRequestMessage(new HttpMethod(input.Method), url);
        var contentType = input.Headers?.FirstOrDefault(h => h.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)).Value;
        if (input.Body is { } body)
        {
            var text = contentType is not null && body.ValueKind == JsonValueKind.String ? body.GetString()! : body.GetRawText();
            request.Content = new StringContent(text, Encoding.UTF8);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType ?? "application/json");
        }

        foreach (var (name, value) in input.Headers ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            if (name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
                continue;
            if (!request.Headers.TryAddWithoutValidation(name, value) && request.Content?.Headers.TryAddWithoutValidation(name, value) != true)
                throw new FormatException($"'{name}' is not a header that this request can carry.");
        }

        return request;
    }

    private async Task<Transition<HttpOutput>> Read(HttpInput input, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var limit = options.Value.MaxResponseBytes;
        if (await ReadBounded(response.Content, limit, cancellationToken) is not { } bytes)
        {
            return Transition.Abort(
                "Http.ResponseTooLarge", $"{input.Method} {input.Url} answered with more than {limit} bytes ({HttpHandlerOptions.Section}:{nameof(HttpHandlerOptions.MaxResponseBytes)}).");
        }

        var status = (int)response.StatusCode;
        var headers = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(h => h.Key.ToLowerInvariant(), h => string.Join(", ", h.Value), StringComparer.Ordinal);
        var output = new HttpOutput(status, headers, Body(bytes));
        return status is >= 300 and not 304
            ? Transition.Abort($"Http.{status}", $"{input.Method} {input.Url} answered {status} {response.ReasonPhrase}.", output)
            : output;
    }

    private static async Task<byte[]?> ReadBounded(HttpContent content, int limit, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var buffer = new MemoryStream();
        var chunk = new byte[16_384];
        for (int read; (read = await stream.ReadAsync(chunk, cancellationToken)) > 0;)
        {
            if (buffer.Length + read > limit)
                return null;
            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }

    private static JsonElement Body(byte[] bytes)
    {
        try
        {
            return JsonElement.Parse(bytes);
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(Encoding.UTF8.GetString(bytes));
        }
    }
}
