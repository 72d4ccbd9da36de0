using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Flow.Client;

/// <summary>Sends one request, again while the connection fails, and turns the answer into a value or an exception of ours.</summary>
internal sealed class HttpCaller(HttpClient http, FlowClientOptions options, TimeProvider time, string service = "orchestrator")
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <param name="request">Makes the request, anew for each attempt.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <param name="allowance">Time the server may take on purpose, on top of the usual timeout.</param>
    public async Task<T> SendAsync<T>(Func<HttpRequestMessage> request, CancellationToken cancellationToken, TimeSpan allowance = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var timeout = new CancellationTokenSource(options.Timeout + allowance, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
            try
            {
                using var message = request();
                message.RequestUri = new Uri(Root(options.Address), message.RequestUri!);
                using var response = await http.SendAsync(message, either.Token);
                if (response.IsSuccessStatusCode)
                    return await ReadAsync<T>(response, either.Token);
                if (!IsOfGateway(response.StatusCode) || attempt >= options.Attempts)
                    throw await ProblemReader.ReadAsync(response, either.Token);
            }
            catch (Exception e) when (IsOfConnection(e) && !cancellationToken.IsCancellationRequested)
            {
                if (attempt >= options.Attempts)
                    throw new FlowUnreachableException(options.Address, timeout.IsCancellationRequested ? new TimeoutException($"no answer within {options.Timeout.TotalSeconds:0.#} seconds.", e) : e, service);
            }

            await Task.Delay(options.RetryDelay * Math.Pow(2, attempt - 1), time, cancellationToken);
        }
    }

    public static string WithQuery(string path, params (string Name, string? Value)[] query)
    {
        var given = query.Where(part => part.Value is not null).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}").ToArray();
        return given.Length == 0 ? path : $"{path}?{string.Join('&', given)}";
    }

    private async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync<T>(Json, cancellationToken) ?? throw new JsonException("the body is null.");
        }
        catch (JsonException e)
        {
            throw new FlowApiException((int)response.StatusCode, "about:blank", $"{options.Address} did not answer as Flow does ({e.Message}) Is it the address of the {service}?", []);
        }
    }

    private static Uri Root(Uri address) => address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");

    private static bool IsOfConnection(Exception e) => e is HttpRequestException or OperationCanceledException or IOException;

    private static bool IsOfGateway(HttpStatusCode status) => status is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;
}
