using System.Security.Authentication;
using Flow.Transports.RabbitMq;
using Microsoft.Extensions.Configuration;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Flow.Transports;

/// <summary>Who makes the exchanges, queues and bindings on RabbitMQ.</summary>
public enum RabbitMqTopologyMode
{
    /// <summary>Every process declares what it uses when it first uses it.</summary>
    Create,

    /// <summary>
    /// They are there beforehand (<c>flow topology export rabbitmq</c>). A process declares nothing but the temporary queues of its own; what is missing or different stops its start-up, all of it
    /// named in one error. Faults are not published, for nobody could have subscribed to them.
    /// </summary>
    Verify,
}

/// <summary>
/// Where RabbitMQ is, and how to use it: the section <c>Flow:RabbitMq</c>. An amqp or amqps URI in <c>ConnectionStrings:RabbitMq</c> takes the place of host, port, virtual host, user, password and
/// <see cref="UseTls"/>.
/// </summary>
public sealed partial class RabbitMqSettings
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

    /// <summary>Whether to connect with TLS. The server's certificate is verified always. Default false.</summary>
    public bool UseTls { get; set; }

    /// <summary>Name that the server's certificate must be valid for. Null (the default): <see cref="Host"/>.</summary>
    public string? TlsServerName { get; set; }

    /// <summary>PEM file with the certificates of the authorities of which one must have signed the server's. Null (the default): those that the machine trusts.</summary>
    public string? TlsCaFile { get; set; }

    /// <summary>File with the certificate by which the client shows who it is: PEM, or PKCS#12 (<c>.pfx</c>, <c>.p12</c>) with its key. Null (the default): it shows none.</summary>
    public string? TlsCertificateFile { get; set; }

    /// <summary>PEM file with the key of <see cref="TlsCertificateFile"/>. Null (the default): the key is in that file too.</summary>
    public string? TlsKeyFile { get; set; }

    /// <summary>Password of the key or of the PKCS#12 file. Null (the default): it has none.</summary>
    public string? TlsKeyPassword { get; set; }

    /// <summary>Who makes exchanges, queues and bindings. Default <see cref="RabbitMqTopologyMode.Create"/>.</summary>
    public RabbitMqTopologyMode Topology { get; set; }

    /// <summary>
    /// Address of the management API, perhaps with a user of its own (<c>http://user:password@host:15672</c>), for <c>flow doctor</c>, <c>flow topology verify</c> and the check at start under
    /// <see cref="RabbitMqTopologyMode.Verify"/>. Null (the default): port 15672 of <see cref="Host"/>, or 15671 with TLS, with the user of the broker.
    /// </summary>
    public Uri? ManagementUrl { get; set; }

    internal int EffectivePort => Port ?? (UseTls ? TlsPort : PlainPort);

    internal string Place => $"RabbitMQ at {Host}:{EffectivePort}";

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
        catch (Exception exception) when (Refusal(exception) is { } refusal)
        {
            throw new InvalidOperationException(refusal, exception);
        }
        catch (Exception exception) when (exception is BrokerUnreachableException or OperationInterruptedException or IOException or TimeoutException)
        {
            return Unreachable(exception);
        }
    }

    internal string Unreachable(Exception exception) =>
        $"{Place} cannot be reached ({(exception.InnerException ?? exception).Message.TrimEnd('.')})."
        + (UseTls && TlsCertificateFile is not { Length: > 0 } ? $" If it demands a client's certificate, set {Section}:TlsCertificateFile." : "");

    /// <summary>Why the broker, which can be reached, will never let us in with these settings; null: it may be for another reason.</summary>
    internal string? Refusal(Exception exception)
    {
        var causes = new List<Exception>();
        for (var cause = exception; cause is not null; cause = cause.InnerException)
            causes.Add(cause);
        if (causes.OfType<AuthenticationFailureException>().Any())
            return $"{Place} refuses the user '{Username}': set {Section}:Username and {Section}:Password (or {UriKey}).";
        if (causes.OfType<OperationInterruptedException>().FirstOrDefault(e => e.ShutdownReason?.ReplyCode == Constants.NotAllowed) is { } closed)
            return $"{Place} has no virtual host '{VirtualHost}' for the user '{Username}' ({closed.ShutdownReason!.ReplyText}): create it or permit it to the user, or set {Section}:VirtualHost (or {UriKey}).";
        if (causes.OfType<AuthenticationException>().LastOrDefault() is { } tls)
            return $"{Place}: no TLS connection. {tls.Message.TrimEnd('.')}. Check {Section}:TlsCaFile, {Section}:TlsServerName and that the port speaks TLS.";
        return null;
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
        Ssl = Tls.Option(),
        ClientProvidedName = name,
    }.CreateConnectionAsync(cancellationToken);

    /// <summary>How TLS is done with these settings; the bus's own connections do it alike.</summary>
    internal RabbitMqTls Tls => new(this);
}
