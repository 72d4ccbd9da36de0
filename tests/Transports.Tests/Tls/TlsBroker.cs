using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;

namespace Flow.Transports.Tests.Tls;

/// <summary>A RabbitMQ of its own that speaks TLS and demands a client's certificate.</summary>
public sealed class TlsBroker : IAsyncLifetime
{
    private const string Installed = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("flow-tls-");
    private bool _started;

    /// <summary>Port of the TLS listener.</summary>
    public int Port { get; } = Ports.Free();

    public string CaFile => File("ca.pem");

    /// <summary>Another authority's, which signed nothing of this broker.</summary>
    public string OtherCaFile => File("other.pem");

    public string ClientFile => File("client.pem");

    public string ClientKeyFile => File("client.key");

    /// <summary>The same with its key, and the password "secret".</summary>
    public string ClientArchive => File("client.pfx");

    public async ValueTask InitializeAsync()
    {
        if (!System.IO.File.Exists(Installed))
            return;
        using (var authority = new Authority("Flow's test authority"))
        using (var other = new Authority("Somebody else"))
        {
            Write("ca.pem", authority.Pem);
            Write("other.pem", other.Pem);
            Write("server", authority.Server());
            var client = authority.Client();
            Write("client", client);
            using var certificate = X509Certificate2.CreateFromPem(client.Certificate, client.Key);
            await System.IO.File.WriteAllBytesAsync(ClientArchive, certificate.Export(X509ContentType.Pkcs12, "secret"));
        }

        Write("extra.conf", $"""
            listeners.ssl.1 = 127.0.0.1:{Port}
            ssl_options.cacertfile = {CaFile}
            ssl_options.certfile = {File("server.pem")}
            ssl_options.keyfile = {File("server.key")}
            ssl_options.verify = verify_peer
            ssl_options.fail_if_no_peer_cert = true

            """);
        await RunAsync("start");
        _started = true;
    }

    /// <summary>Skips the test where no RabbitMQ is installed to start one of.</summary>
    public void Demand() => Assert.SkipUnless(_started, $"{Installed} is not installed here");

    public async ValueTask DisposeAsync()
    {
        if (_started)
            await RunAsync("stop");
        _directory.Delete(recursive: true);
    }

    private string File(string name) => Path.Combine(_directory.FullName, name);

    private void Write(string name, (string Certificate, string Key) pair)
    {
        Write($"{name}.pem", pair.Certificate);
        Write($"{name}.key", pair.Key);
    }

    private void Write(string name, string text) => System.IO.File.WriteAllText(File(name), text);

    private async Task RunAsync(string verb)
    {
        var start = new ProcessStartInfo(Path.Combine(Checkout.Root, "tests/servers/rabbitmq.sh"), [verb, _directory.FullName]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        // The node inherits the streams: only the script's end says that it is done.
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience.Limit);
        process.ExitCode.ShouldBe(0, $"rabbitmq.sh {verb} in {_directory.FullName}");
    }
}
