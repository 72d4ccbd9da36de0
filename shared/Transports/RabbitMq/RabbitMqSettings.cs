using Microsoft.Extensions.Configuration;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Flow.Transports;

/// <summary>Where RabbitMQ is: the section <c>Flow:RabbitMq</c>, or all of it in one <c>ConnectionStrings:RabbitMq</c> (an amqp or amqps URI, which wins).</summary>
public sealed class RabbitMqSettings
{
    /// <summary>The section these settings bind from.</summary>
    public const string Section = "Flow:RabbitMq";

    private const string UriKey = "ConnectionStrings:RabbitMq";

    private const int PlainPort = 5672;
    private const int TlsPort = 5671;

    /// <summary>Host name or address, without port. Default <c>localhost</c>.</summary>
    public string Host { get; set; } = "localhost";

    /// <summary>TCP port, 1 to 65535. Null (the default): 5672, or 5671 with TLS.</summary>
    public int? Port { get; set; }

    /// <summary>Virtual host. Default <c>/</c>.</summary>
    public string VirtualHost { get; set; } = "/";

    /// <summary>User name. Default <c>guest</c>, which RabbitMQ admits from its own machine only.</summary>
    public string Username { get; set; } = "guest";

    /// <summary>Password. Default <c>guest</c>.</summary>
    public string Password { get; set; } = "guest";

    /// <summary>Whether to connect with TLS; the certificate must be valid for <see cref="Host"/>. Default false.</summary>
    public bool UseTls { get; set; }

    internal int EffectivePort => Port ?? (UseTls ? TlsPort : PlainPort);

    internal static RabbitMqSettings Read(IConfiguration configuration)
    {
        var uri = configuration.GetConnectionString("RabbitMq");
        var settings = string.IsNullOrWhiteSpace(uri) ? configuration.GetSection(Section).Get<RabbitMqSettings>() ?? new RabbitMqSettings() : FromUri(uri);
        settings.Validate();
        return settings;
    }

    /// <summary>Connects once; see <see cref="BrokerProbe"/>.</summary>
    internal async Task<string?> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await ConnectAsync("flow probe", cancellationToken);
            // The client takes a connection for open before the broker has looked at the virtual host.
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            return null;
        }
        catch (Exception exception) when (Causes(exception).OfType<AuthenticationFailureException>().Any())
        {
            throw new InvalidOperationException(
                $"RabbitMQ at {Host}:{EffectivePort} refuses the user '{Username}': set {Section}:Username and {Section}:Password (or {UriKey}).", exception);
        }
        catch (Exception exception) when (Causes(exception).OfType<OperationInterruptedException>().Any(e => e.ShutdownReason?.ReplyCode == Constants.NotAllowed))
        {
            throw new InvalidOperationException(
                $"RabbitMQ at {Host}:{EffectivePort} has no virtual host '{VirtualHost}' for the user '{Username}': create it, or set {Section}:VirtualHost (or {UriKey}).", exception);
        }
        catch (Exception exception) when (exception is BrokerUnreachableException or OperationInterruptedException or IOException or TimeoutException)
        {
            return $"RabbitMQ at {Host}:{EffectivePort} cannot be reached ({(exception.InnerException ?? exception).Message}).";
        }
    }

    /// <summary>A connection of our own, beside the bus's; it does not recover by itself.</summary>
    internal Task<IConnection> ConnectAsync(string name, CancellationToken cancellationToken) => new ConnectionFactory
    {
        HostName = Host,
        Port = EffectivePort,
        VirtualHost = VirtualHost,
        UserName = Username,
        Password = Password,
        AutomaticRecoveryEnabled = false,
        RequestedConnectionTimeout = TimeSpan.FromSeconds(5),
        Ssl = new SslOption(Host, enabled: UseTls),
        ClientProvidedName = name,
    }.CreateConnectionAsync(cancellationToken);

    private static IEnumerable<Exception> Causes(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
            yield return exception;
    }

    private static RabbitMqSettings FromUri(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("amqp" or "amqps") || uri.Host.Length == 0)
            throw new InvalidOperationException($"{UriKey} is not an amqp URI. Use: amqp://user:password@host:5672/virtual-host (or amqps://).");
        var settings = new RabbitMqSettings { Host = uri.Host, Port = uri.Port > 0 ? uri.Port : null, UseTls = uri.Scheme == "amqps" };
        if (uri.AbsolutePath.Length > 1)
            settings.VirtualHost = Uri.UnescapeDataString(uri.AbsolutePath[1..]);
        if (uri.UserInfo.Split(':', 2) is [{ Length: > 0 } user, .. var rest])
        {
            settings.Username = Uri.UnescapeDataString(user);
            settings.Password = rest is [var password] ? Uri.UnescapeDataString(password) : string.Empty;
        }

        return settings;
    }

    private void Validate()
    {
        if (string.IsNullOrWhiteSpace(Host) || Uri.CheckHostName(Host) == UriHostNameType.Unknown)
            throw new InvalidOperationException($"{Section}:Host is '{Host}'. Use a host name or address without scheme or port, e.g. rabbitmq.");
        if (EffectivePort is < 1 or > 65535)
            throw new InvalidOperationException($"{Section}:Port is '{Port}'. Use a port from 1 to 65535; RabbitMQ's own is {PlainPort}, with TLS {TlsPort}.");
        if (string.IsNullOrWhiteSpace(VirtualHost))
            throw new InvalidOperationException($"{Section}:VirtualHost is empty. Use a virtual host's name; RabbitMQ's own is '/'.");
        if (string.IsNullOrWhiteSpace(Username))
            throw new InvalidOperationException($"{Section}:Username is empty.");
    }
}
