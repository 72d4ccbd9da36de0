using Microsoft.Extensions.Configuration;

namespace Flow.Transports;

public sealed partial class RabbitMqSettings
{
    private static readonly (string Name, Func<string, bool> IsRight, string Expected)[] Formats =
    [
        (nameof(Port), text => int.TryParse(text, out _), PortExpected),
        (nameof(UseTls), text => bool.TryParse(text, out _), "Use true or false."),
        (nameof(Topology), text => Enum.GetNames<RabbitMqTopologyMode>().Contains(text, StringComparer.OrdinalIgnoreCase), $"Use one of: {string.Join(", ", Enum.GetNames<RabbitMqTopologyMode>())}."),
        (nameof(ManagementUrl), text => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https", "Use an address like http://user:password@rabbitmq:15672."),
    ];

    private static string PortExpected => $"Use a port from 1 to 65535; RabbitMQ's own is {PlainPort}, with TLS {TlsPort}.";

    /// <exception cref="InvalidOperationException">Some are wrong: all of them, each with its value and what is right.</exception>
    internal static RabbitMqSettings Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        var problems = Formats.Where(format => section[format.Name] is { Length: > 0 } text && !format.IsRight(text))
            .Select(format => $"{Section}:{format.Name} is '{section[format.Name]}'. {format.Expected}").ToList();
        var settings = problems.Count == 0 ? section.Get<RabbitMqSettings>() ?? new RabbitMqSettings() : new RabbitMqSettings();
        if (configuration.GetConnectionString("RabbitMq") is { } text && !string.IsNullOrWhiteSpace(text) && !settings.Take(text))
            problems.Add($"{UriKey} is not an amqp URI. Use: amqp://user:password@host:5672/virtual-host (or amqps://).");
        problems.AddRange(settings.Problems());
        return problems.Count == 0 ? settings : throw new InvalidOperationException(string.Join(' ', problems));
    }

    private bool Take(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("amqp" or "amqps") || uri.Host.Length == 0)
            return false;
        var defaults = new RabbitMqSettings();
        (Host, Port, UseTls) = (uri.Host, uri.Port > 0 ? uri.Port : null, uri.Scheme == "amqps");
        VirtualHost = uri.AbsolutePath.Length > 1 ? Uri.UnescapeDataString(uri.AbsolutePath[1..]) : defaults.VirtualHost;
        (Username, Password) = (defaults.Username, defaults.Password);
        if (uri.UserInfo.Split(':', 2) is [{ Length: > 0 } user, .. var rest])
        {
            Username = Uri.UnescapeDataString(user);
            Password = rest is [var password] ? Uri.UnescapeDataString(password) : string.Empty;
        }

        return true;
    }

    private IEnumerable<string> Problems()
    {
        if (string.IsNullOrWhiteSpace(Host) || Uri.CheckHostName(Host) == UriHostNameType.Unknown)
            yield return $"{Section}:Host is '{Host}'. Use a host name or address without scheme or port, e.g. rabbitmq.";
        if (EffectivePort is < 1 or > 65535)
            yield return $"{Section}:Port is '{Port}'. {PortExpected}";
        if (string.IsNullOrWhiteSpace(VirtualHost))
            yield return $"{Section}:VirtualHost is empty. Use a virtual host's name; RabbitMQ's own is '/'.";
        if (string.IsNullOrWhiteSpace(Username))
            yield return $"{Section}:Username is empty.";
        foreach (var problem in Tls.Problems())
            yield return problem;
    }
}
