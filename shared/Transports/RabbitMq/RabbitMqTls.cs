using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RabbitMQ.Client;

namespace Flow.Transports.RabbitMq;

/// <summary>
/// TLS as the settings say it. The server's certificate is verified always: by the machine's authorities, or by those of <see cref="RabbitMqSettings.TlsCaFile"/> and no others. (MassTransit by itself would take any
/// authority.)
/// </summary>
internal sealed class RabbitMqTls(RabbitMqSettings settings)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>What is wrong with the settings and the files they name.</summary>
    public IEnumerable<string> Problems()
    {
        foreach (var (name, value) in new[]
        {
            (nameof(RabbitMqSettings.TlsServerName), settings.TlsServerName), (nameof(RabbitMqSettings.TlsCaFile), settings.TlsCaFile), (nameof(RabbitMqSettings.TlsCertificateFile), settings.TlsCertificateFile),
        })
        {
            if (!settings.UseTls && value is { Length: > 0 })
                yield return $"{RabbitMqSettings.Section}:{name} is set, but the connection is without TLS. Set {RabbitMqSettings.Section}:UseTls to true, or use amqps:// in the URI.";
        }

        if (settings.TlsKeyFile is { Length: > 0 } && settings.TlsCertificateFile is not { Length: > 0 })
            yield return $"{RabbitMqSettings.Section}:TlsKeyFile is set, but {RabbitMqSettings.Section}:TlsCertificateFile is not.";
        if (!settings.UseTls)
            yield break;
        if (Fault(() => Authorities()) is { } authorities)
            yield return $"{RabbitMqSettings.Section}:TlsCaFile is '{settings.TlsCaFile}', which cannot be used: {authorities} Use a PEM file with certificates.";
        if (Fault(() => OwnCertificate()) is { } own)
            yield return $"{RabbitMqSettings.Section}:TlsCertificateFile is '{settings.TlsCertificateFile}', which cannot be used: {own} Use a PEM file (its key in it or in {RabbitMqSettings.Section}:TlsKeyFile) or a PKCS#12 file.";
    }

    /// <summary>For the broker's client. The files are read anew, so a renewed certificate holds from the next connection on.</summary>
    public SslOption Option() => new(ServerName, enabled: settings.UseTls)
    {
        // Whatever the system deems safe, TLS 1.3 first.
        Version = SslProtocols.None,
        AcceptablePolicyErrors = SslPolicyErrors.None,
        Certs = settings.UseTls ? OwnCertificate() : null,
        CertificateValidationCallback = settings.UseTls ? Validation() : null,
    };

    /// <summary>The same rule for the management API.</summary>
    public RemoteCertificateValidationCallback? Validation() => Authorities() is { } authorities ? (_, certificate, chain, errors) => IsTrusted(authorities, certificate, chain, errors) : null;

    private string ServerName => settings.TlsServerName is { Length: > 0 } name ? name : settings.Host;

    private bool IsTrusted(X509Certificate2Collection authorities, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || chain is null)
            throw new AuthenticationException("The server shows no certificate");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            throw new AuthenticationException($"The server's certificate ({certificate.Subject}) is not valid for the name '{ServerName}'");
        using var own = new X509Chain
        {
            ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, ApplicationPolicy = { new Oid(ServerAuthentication) } },
        };
        own.ChainPolicy.CustomTrustStore.AddRange(authorities);
        foreach (var element in chain.ChainElements)
            own.ChainPolicy.ExtraStore.Add(element.Certificate);
        using var server = new X509Certificate2(certificate);
        return own.Build(server)
            ? true
            : throw new AuthenticationException(
                $"The server's certificate ({server.Subject}) is not trusted by the authorities in '{settings.TlsCaFile}' ({string.Join(", ", own.ChainStatus.Select(status => status.Status).Distinct())})");
    }

    private X509Certificate2Collection? Authorities()
    {
        if (settings.TlsCaFile is not { Length: > 0 } file)
            return null;
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(file);
        return authorities.Count > 0 ? authorities : throw new CryptographicException("There is no certificate in it.");
    }

    private X509Certificate2Collection? OwnCertificate()
    {
        if (settings.TlsCertificateFile is not { Length: > 0 } file)
            return null;
        if (Path.GetExtension(file) is ".pfx" or ".p12")
            return [X509CertificateLoader.LoadPkcs12FromFile(file, settings.TlsKeyPassword)];
        var key = settings.TlsKeyFile is { Length: > 0 } separate ? separate : file;
        using var read = settings.TlsKeyPassword is { Length: > 0 } password
            ? X509Certificate2.CreateFromEncryptedPemFile(file, password, key)
            : X509Certificate2.CreateFromPemFile(file, key);
        // Not every system can use a key that is in memory only.
        return [X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null)];
    }

    private static string? Fault(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return exception.Message.TrimEnd('.') + ".";
        }
    }
}
