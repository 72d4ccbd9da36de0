using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Flow.Transports.Queues;
using Flow.Transports.Redis;
using Flow.Transports.Tests.Brokers;
using StackExchange.Redis;

namespace Flow.Transports.Tests;

/// <summary>What becomes of messages when the server itself dies, is set wrong, or is somebody else's.</summary>
public sealed class RedisServerTests
{
    // capability 61
    [Fact]
    public async Task Should_lose_nothing_that_was_acknowledged_when_the_server_is_killed_under_load()
    {
        await using var server = await OwnRedis.StartAsync();
        await using var host = await TestHost.StartAsync(server.Settings);
        var handled = new ConcurrentDictionary<int, bool>();
        var sent = new ConcurrentDictionary<int, bool>();
        await host.ServeAsync<Numbered>("load", context => Task.FromResult(handled.TryAdd(context.Message.Number, true)));
        var next = 0;
        using var enough = new CancellationTokenSource();
        var senders = Enumerable.Range(0, 8).Select(_ => Task.Run(SendAsync)).ToList();

        for (var kill = 1; kill <= 2; kill++)
        {
            var goal = sent.Count + 300;
            await Until.TrueAsync(() => sent.Count > goal);
            await server.KillAsync();
            await server.StartAgainAsync();
        }

        var last = sent.Count + 100;
        await Until.TrueAsync(() => sent.Count > last);
        await enough.CancelAsync();
        await Task.WhenAll(senders);

        await Until.TrueAsync(() => sent.Keys.All(handled.ContainsKey));

        async Task SendAsync()
        {
            while (!enough.IsCancellationRequested)
            {
                var number = Interlocked.Increment(ref next);
                try
                {
                    await host.SendAsync("load", new Numbered(number));
                    sent.TryAdd(number, true);
                }
                catch (Exception exception) when (InfrastructureFault.IsTransient(exception))
                {
                    // Not acknowledged: it may be there or not.
                }
            }
        }
    }

    [Theory]
    [InlineData("--appendonly", "no", "appendonly yes")]
    [InlineData("--maxmemory-policy", "allkeys-lru", "maxmemory-policy noeviction")]
    public async Task Should_refuse_a_server_that_would_lose_messages_unless_that_is_wanted(string option, string value, string remedy)
    {
        await using var server = await OwnRedis.StartAsync(option, value);

        var refusal = await Should.ThrowAsync<InvalidOperationException>(() => TestHost.StartAsync(server.Settings));
        await using var host = await TestHost.StartAsync(new Dictionary<string, string?>(server.Settings) { ["Flow:Redis:RequireAof"] = "false" });

        refusal.Message.ShouldContain($"127.0.0.1:{server.Port}");
        refusal.Message.ShouldContain(remedy);
        refusal.Message.ShouldContain("Flow:Redis:RequireAof");
        host.Log.All.ShouldContain(line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains(remedy, StringComparison.Ordinal));
        await host.SendAsync("anything", new Numbered(1));
    }

    [Theory]
    [InlineData("--appendfsync", "everysec", true)]
    [InlineData("--appendfsync", "always", false)]
    [InlineData("--maxmemory-policy", "volatile-lru", false)]
    public async Task Should_say_what_a_power_failure_may_lose(string option, string value, bool warns)
    {
        await using var server = await OwnRedis.StartAsync(option, value);

        await using var host = await TestHost.StartAsync(server.Settings);

        host.Log.All.Any(line => line.StartsWith("Warning: Redis", StringComparison.Ordinal)).ShouldBe(warns, string.Join('\n', host.Log.All));
        host.Log.All.Any(line => line.Contains("power failure", StringComparison.Ordinal)).ShouldBe(warns);
    }

    [Fact]
    public async Task Should_look_again_at_each_connection_and_take_the_server_back_when_it_is_set_right()
    {
        await using var server = await OwnRedis.StartAsync();
        await using var use = RedisBroker.Open(server.Settings);
        await use.Provider.CreateQueueAsync(new QueueSpec("q", null, 20));
        var message = new OutboundMessage { TransportId = Guid.NewGuid(), Body = [1] };

        await server.ExecuteAsync("CONFIG", "SET", "appendonly", "no");
        (await use.Provider.SendAsync("q", message)).ShouldBeTrue();
        await server.ExecuteAsync("CLIENT", "KILL", "TYPE", "normal");
        var refusal = (Exception?)null;
        await Until.TrueAsync(async () =>
        {
            refusal = await Record.ExceptionAsync(() => use.Provider.SendAsync("q", message));
            return refusal is RedisNotDurableException;
        });
        InfrastructureFault.IsTransient(refusal!).ShouldBeTrue();

        await server.ExecuteAsync("CONFIG", "SET", "appendonly", "yes");
        (await use.Provider.SendAsync("q", message)).ShouldBeTrue();
    }

    // capabilities 86, 157
    [Theory]
    [InlineData("redis://:wr0ng@{0}", "'default'", "ConnectionStrings:Redis")]
    [InlineData("redis://somebody:wr0ng@{0}", "'somebody'", "ConnectionStrings:Redis")]
    [InlineData("redis://{0}", "'default'", "ConnectionStrings:Redis")]
    [InlineData("redis://:s3cret@{0}/99", "database 99", "ConnectionStrings:Redis")]
    [InlineData("redis://nothing:s3cret@{0}", "'nothing'", "docs/transports.md")]
    public async Task Should_stop_start_up_and_name_what_is_refused_but_never_the_password(string uri, params string[] named)
    {
        await using var server = await OwnRedis.StartAsync("--requirepass s3cret --user nothing on >s3cret ~* &* +@connection +info".Split(' '));

        var refusal = await Should.ThrowAsync<InvalidOperationException>(
            () => TestHost.StartAsync(OwnRedis.SettingsWith(string.Format(uri, $"127.0.0.1:{server.Port}"))));

        foreach (var text in named.Append($"127.0.0.1:{server.Port}"))
            refusal.Message.ShouldContain(text);
        refusal.ToString().ShouldNotContain("wr0ng");
        refusal.ToString().ShouldNotContain("s3cret");
    }

    // capability 86
    [Theory]
    [InlineData("+info +config|get", false)]
    [InlineData("", true)]
    public async Task Should_do_with_the_rights_that_the_documentation_names(string alsoAllowed, bool warns)
    {
        await using var server = await OwnRedis.StartAsync(
            $"--user flow on >s3cret resetkeys ~flow:* resetchannels &flow:* -@all +@read +@write +@connection +@pubsub +@scripting +time {alsoAllowed}".TrimEnd().Split(' '));

        await using var host = await TestHost.StartAsync(OwnRedis.SettingsWith($"redis://flow:s3cret@127.0.0.1:{server.Port}"));
        var handled = new ConcurrentBag<int>();
        await host.ServeAsync<Numbered>("q", context =>
        {
            handled.Add(context.Message.Number);
            return Task.CompletedTask;
        });
        await host.SendAsync("q", new Numbered(1));
        await Until.TrueAsync(() => !handled.IsEmpty);

        host.Log.All.Any(line => line.Contains("does not let its user run INFO", StringComparison.Ordinal)).ShouldBe(warns);
    }

    // capability 86
    [Fact]
    public async Task Should_use_tls_and_verify_the_certificate()
    {
        var directory = Directory.CreateTempSubdirectory("flow-redis-tls-");
        try
        {
            var (certificate, key) = (Path.Combine(directory.FullName, "certificate.pem"), Path.Combine(directory.FullName, "key.pem"));
            WriteCertificate(certificate, key);
            var port = Ports.Free();
            await using var server = await OwnRedis.StartAsync("--tls-port", $"{port}", "--tls-cert-file", certificate, "--tls-key-file", key, "--tls-auth-clients", "no");
            var settings = OwnRedis.SettingsWith($"rediss://localhost:{port}");
            var log = Path.Combine(directory.FullName, "effects.log");

            (await RedisBroker.SettingsOf(settings).CheckAsync(TestContext.Current.CancellationToken)).ShouldNotBeNull().ShouldContain("certificate");
            await using var trusting = CrashChild.Start(settings, log, CrashChild.Work, ("SSL_CERT_FILE", certificate));
            await Until.TrueAsync(() => CrashChild.Read(log, "handled").Count > 10);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static void WriteCertificate(string path, string keyPath)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(path, certificate.ExportCertificatePem());
        File.WriteAllText(keyPath, key.ExportPkcs8PrivateKeyPem());
    }
}
