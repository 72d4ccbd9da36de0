using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Storage.Tests;

/// <summary>What a storage does, whatever keeps the objects. One line a storage.</summary>
public abstract class StorageContract : IAsyncLifetime
{
    protected const string Bucket = "flow-test";

    private ServiceProvider _services = null!;

    private IObjectStorage Storage => _services.GetRequiredService<IObjectStorage>();

    /// <summary>The settings of a storage whose bucket is empty.</summary>
    protected abstract Task<Dictionary<string, string?>> CreateAsync();

    public async ValueTask InitializeAsync()
    {
        var settings = await CreateAsync();
        settings["Flow:Storage:MaxObjectBytes"] = "5000";
        _services = new ServiceCollection().AddFlowStorage(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()).BuildServiceProvider();
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (_services is not null)
            await _services.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Should_give_back_what_was_written_last()
    {
        await WriteAsync("a/b.json", "old");
        await WriteAsync("a/b.json", "grüße");

        Encoding.UTF8.GetString(await ReadAsync("a/b.json")).ShouldBe("grüße");
    }

    [Fact]
    public async Task Should_list_what_begins_with_a_prefix_by_key()
    {
        foreach (var key in new[] { "b/2", "a/1", "b/1", "c", "b1" })
            await WriteAsync(key, key);

        var listed = await Storage.ListAsync(Bucket, "b", TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

        listed.Select(o => (o.Key, o.Size)).ShouldBe([("b/1", 3), ("b/2", 3), ("b1", 2)]);
        listed[0].ModifiedAt.ShouldBeGreaterThan(DateTimeOffset.UnixEpoch.AddYears(50));
    }

    [Fact]
    public async Task Should_name_bucket_and_key_of_what_is_not_there()
    {
        var fault = await Should.ThrowAsync<ObjectStorageException>(() => ReadAsync("no/such.json"));

        fault.Message.ShouldContain("no/such.json");
        fault.Message.ShouldContain(Bucket);
    }

    [Fact]
    public async Task Should_name_a_bucket_that_is_not_there() =>
        (await Should.ThrowAsync<ObjectStorageException>(async () => await Storage.ListAsync("nowhere", "", TestContext.Current.CancellationToken).ToListAsync()))
            .Message.ShouldContain("nowhere");

    [Fact]
    public async Task Should_refuse_an_object_over_the_limit()
    {
        await WriteAsync("big", new string('x', 5_001));

        (await Should.ThrowAsync<ObjectStorageException>(() => ReadAsync("big"))).Message.ShouldContain("5001 bytes; at most 5000 are read (Flow:Storage:MaxObjectBytes)");
    }

    private Task<byte[]> ReadAsync(string key) => Storage.ReadAsync(Bucket, key, TestContext.Current.CancellationToken);

    private Task WriteAsync(string key, string text) => Storage.WriteAsync(Bucket, key, Encoding.UTF8.GetBytes(text), TestContext.Current.CancellationToken);
}

public sealed class DirectoryStorageTests : StorageContract
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("flow-storage-");

    protected override Task<Dictionary<string, string?>> CreateAsync()
    {
        _directory.CreateSubdirectory(Bucket);
        return Task.FromResult(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Flow:Storage:Kind"] = "Directory", ["Flow:Storage:Directory"] = _directory.FullName });
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [Theory]
    [InlineData("flow-test", "../other/x", "leads out of the bucket")]
    [InlineData("flow-test", "/etc/passwd", "leads out of the bucket")]
    [InlineData("flow-test", "a/../../flow-test-2/x", "leads out of the bucket")]
    [InlineData("..", "x", "'..' is not the name of a bucket")]
    [InlineData("a/b", "x", "'a/b' is not the name of a bucket")]
    public async Task Should_reach_nothing_outside_of_the_bucket(string bucket, string key, string said)
    {
        var storage = new ServiceCollection().AddFlowStorage(new ConfigurationBuilder().AddInMemoryCollection(await CreateAsync()).Build()).BuildServiceProvider().GetRequiredService<IObjectStorage>();

        (await Should.ThrowAsync<ObjectStorageException>(() => storage.ReadAsync(bucket, key, TestContext.Current.CancellationToken))).Message.ShouldContain(said);
        (await Should.ThrowAsync<ObjectStorageException>(() => storage.WriteAsync(bucket, key, [1], TestContext.Current.CancellationToken))).Message.ShouldContain(said);
    }
}

public sealed class S3StorageTests : StorageContract
{
    private S3Server? _server;

    protected override async Task<Dictionary<string, string?>> CreateAsync()
    {
        _server = await S3Server.StartAsync(Bucket);
        return new Dictionary<string, string?>(StringComparer.Ordinal) { ["Flow:Storage:Kind"] = "S3", ["Flow:Storage:ServiceUrl"] = _server.Url, ["Flow:Storage:Region"] = "us-east-1" };
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
    }
}
