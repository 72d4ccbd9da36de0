using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using StackExchange.Redis;

namespace Flow.Transports.Redis;

/// <summary>Where Redis is and what is asked of it: <c>ConnectionStrings:Redis</c> and the section <c>Flow:Redis</c>.</summary>
internal sealed partial record RedisSettings
{
    private const string UriKey = "ConnectionStrings:Redis";
    private const string KeyPrefixKey = "Flow:Redis:KeyPrefix";
    private const string RequireAofKey = "Flow:Redis:RequireAof";
    private const string Form = "redis://user:password@host:6379/0 (rediss:// for TLS; user, password, port and database may be left out)";

    private const int DefaultPort = 6379;
    private const int ConnectTimeoutMs = 5_000;
    private const int AnswerTimeoutMs = 10_000;

    /// <summary>Host name or address.</summary>
    public required string Host { get; init; }

    /// <summary>TCP port. Default 6379.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>User of Redis's access control list; null: <c>default</c>.</summary>
    public string? User { get; init; }

    /// <summary>Null: none.</summary>
    public string? Password { get; init; }

    /// <summary>Number of the logical database. Default 0.</summary>
    public int Database { get; init; }

    /// <summary>Whether to connect with TLS; the certificate must be valid for <see cref="Host"/>.</summary>
    public bool UseTls { get; init; }

    /// <summary>What the names of all keys and channels begin with. Default <c>flow:</c>.</summary>
    public string KeyPrefix { get; init; } = "flow:";

    /// <summary>Whether to refuse a server that would lose messages by restarting or by evicting them. Default true.</summary>
    public bool RequireAof { get; init; } = true;

    /// <summary>The server in words for people.</summary>
    public string Name => $"Redis at {Host}:{Port}";

    /// <summary>What every key begins with. The part in braces keeps all of them in one slot.</summary>
    public string Root => KeyPrefix + "{queues}:";

    public static RedisSettings Read(IConfiguration configuration)
    {
        var settings = FromUri(configuration.GetConnectionString("Redis"));
        if (configuration[KeyPrefixKey] is { } prefix)
        {
            settings = PrefixForm().IsMatch(prefix)
                ? settings with { KeyPrefix = prefix }
                : throw new InvalidOperationException($"{KeyPrefixKey} is '{prefix}'. Use 1 to 64 letters, digits and '.', '_', '-', ':', e.g. flow:");
        }

        if (configuration[RequireAofKey] is { } requireAof)
        {
            settings = bool.TryParse(requireAof, out var value)
                ? settings with { RequireAof = value }
                : throw new InvalidOperationException($"{RequireAofKey} is '{requireAof}'. Use true or false.");
        }

        return settings;
    }

    /// <summary>Connects once and looks into the queues; see <see cref="BrokerProbe"/>.</summary>
    public async Task<string?> CheckAsync(CancellationToken cancellationToken)
    {
        var options = Options();
        options.AbortOnConnectFail = true;
        options.ConnectRetry = 1;
        try
        {
            await using var connection = new RedisConnection(this, options);
            await connection.RunAsync(RedisQueueScripts.ListFilled).WaitAsync(cancellationToken);
            return null;
        }
        catch (Exception exception) when (exception is RedisException or RedisCommandException or TimeoutException or RedisNotDurableException)
        {
            return RedisRefusal.Judge(this, exception);
        }
    }

    public ConfigurationOptions Options() => new()
    {
        EndPoints = { { Host, Port } },
        User = User,
        Password = Password,
        DefaultDatabase = Database,
        Ssl = UseTls,
        SslHost = UseTls ? Host : null,
        // Certificates of a company's own authority seldom name a list of the revoked ones.
        CheckCertificateRevocation = false,
        ClientName = "flow",
        // The client's own guard; INFO and CONFIG GET are behind it.
        AllowAdmin = true,
        AbortOnConnectFail = false,
        ConnectTimeout = ConnectTimeoutMs,
        AsyncTimeout = AnswerTimeoutMs,
        KeepAlive = 10,
        ReconnectRetryPolicy = new ExponentialRetry(500, ConnectTimeoutMs),
        // The client's own key and channel, by which it would look for a master among several servers.
        TieBreaker = string.Empty,
        ConfigurationChannel = string.Empty,
    };

    private static RedisSettings FromUri(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw new InvalidOperationException($"{FlowTransportSetting.Key} is Redis, but {UriKey} is missing. Set it to: {Form}");
        // The text may hold a password: it is not repeated.
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("redis" or "rediss") || uri.Host.Length == 0 || uri.Query.Length + uri.Fragment.Length > 0)
            throw new InvalidOperationException($"{UriKey} is not a redis URI. Use: {Form}");
        var path = uri.AbsolutePath.Trim('/');
        if (path.Length > 0 && (!int.TryParse(path, out var number) || number < 0))
            throw new InvalidOperationException($"{UriKey} names the database '{path}', which is not a number. Use: {Form}");
        if (uri.UserInfo.Length > 0 && !uri.UserInfo.Contains(':', StringComparison.Ordinal))
            throw new InvalidOperationException($"{UriKey} has a user without a password. Use: {Form}; a password alone is written redis://:password@host");

        var credentials = uri.UserInfo.Split(':', 2);
        return new RedisSettings
        {
            Host = uri.IdnHost,
            Port = uri.Port > 0 ? uri.Port : DefaultPort,
            User = credentials is [{ Length: > 0 } user, _] ? Uri.UnescapeDataString(user) : null,
            Password = credentials is [_, { Length: > 0 } password] ? Uri.UnescapeDataString(password) : null,
            Database = path.Length > 0 ? int.Parse(path) : 0,
            UseTls = uri.Scheme == "rediss",
        };
    }

    [GeneratedRegex("^[A-Za-z0-9._:-]{1,64}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PrefixForm();
}
