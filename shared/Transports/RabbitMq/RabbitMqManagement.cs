using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Flow.Transports.RabbitMq;

/// <summary>The management API of RabbitMQ, to read from.</summary>
internal sealed class RabbitMqManagement : IDisposable
{
    private const int PlainPort = 15672;
    private const int TlsPort = 15671;

    private readonly HttpClient _client;
    private readonly string _virtualHost;

    public RabbitMqManagement(RabbitMqSettings settings)
    {
        var url = settings.ManagementUrl ?? new UriBuilder(settings.UseTls ? "https" : "http", settings.Host, settings.UseTls ? TlsPort : PlainPort).Uri;
        var user = url.UserInfo.Length > 0 ? Uri.UnescapeDataString(url.UserInfo) : $"{settings.Username}:{settings.Password}";
        Address = new Uri(url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/') + "/api/");
        _virtualHost = Uri.EscapeDataString(settings.VirtualHost);
        var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5) };
        if (settings.UseTls)
            handler.SslOptions.RemoteCertificateValidationCallback = settings.Tls.Validation();
        _client = new HttpClient(handler) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(15) };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(user)));
    }

    public Uri Address { get; }

    /// <summary>What it holds of the virtual host, e.g. <c>queues</c>.</summary>
    /// <exception cref="ManagementUnavailableException">It does not answer, or not us; says which.</exception>
    public Task<JsonElement> GetOfHostAsync(string kind, CancellationToken cancellationToken) => GetAsync($"{kind}/{_virtualHost}", cancellationToken);

    /// <summary>What it holds as a whole, e.g. <c>nodes</c>.</summary>
    /// <exception cref="ManagementUnavailableException">It does not answer, or not us; says which.</exception>
    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _client.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
            if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
                throw new ManagementUnavailableException($"The management API at {Address} does not show {path} to this user: give the user the tag 'monitoring', or {RabbitMqSettings.Section}:ManagementUrl one that has it.");
            response.EnsureSuccessStatusCode();
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            using var document = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
            return document.RootElement.Clone();
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new ManagementUnavailableException($"The management API does not answer at {Address} ({exception.GetBaseException().Message.TrimEnd('.')}): turn on the plugin rabbitmq_management, or set {RabbitMqSettings.Section}:ManagementUrl.");
        }
    }

    public void Dispose() => _client.Dispose();
}

/// <summary>The management API cannot be read.</summary>
internal sealed class ManagementUnavailableException(string message) : Exception(message);
