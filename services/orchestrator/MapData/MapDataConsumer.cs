using System.Text;
using System.Text.Json;
using Flow.Orchestrator.Runs;
using Flow.Orchestrator.Storage;
using Flow.StatesLanguage;
using Flow.StatesLanguage.MapData;
using Flow.Storage;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Flow.Orchestrator.MapData;

/// <summary>
/// Reads items and writes results for distributed Maps, outside of any transaction. What comes of it is stored and told to the scope in one; a message that
/// comes twice reads or writes the same once more, and the scope's token makes the second telling nothing.
/// </summary>
internal sealed class MapDataConsumer(
    IObjectStorage storage, IOptions<StorageOptions> options, MapResults results, IServiceScopeFactory scopes, TimeProvider time, ILogger<MapDataConsumer> logger)
    : IConsumer<ReadMapItems>, IConsumer<WriteMapResults>
{
    /// <summary>The waits between the attempts at a storage that does not answer; after them the node fails, and its Retry decides.</summary>
    private static readonly TimeSpan[] Waits = [.. new[] { 1, 2, 4, 8, 16 }.Select(seconds => TimeSpan.FromSeconds(seconds))];

    public async Task Consume(ConsumeContext<ReadMapItems> context)
    {
        var order = context.Message;
        var reading = await TryAsync(() => ReadAsync(order.Source, context.CancellationToken), cause => new ItemReading(default, cause), context.CancellationToken);
        await TellAsync(order.RunId, order.ScopeId, order.Token, MapStage.Reading, new MapItemsRead(order.RunId, order.ScopeId, order.Token, reading.Cause), db =>
        {
            if (reading.Cause is null)
                db.MapItems.Add(new MapItemsRow { Token = order.Token, RunId = order.RunId, Items = reading.Items.GetRawText() });
        }, context.CancellationToken);
    }

    public async Task Consume(ConsumeContext<WriteMapResults> context)
    {
        var order = context.Message;
        var written = await TryAsync(
            async () => new MapResultsWritten(order.RunId, order.ScopeId, order.Token, await WriteAsync(order, context.CancellationToken)),
            cause => new MapResultsWritten(order.RunId, order.ScopeId, order.Token, Cause: cause),
            context.CancellationToken);
        await TellAsync(order.RunId, order.ScopeId, order.Token, MapStage.Writing, written, _ => { }, context.CancellationToken);
    }

    private async Task<T> TryAsync<T>(Func<Task<T>> attempt, Func<string, T> failed, CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await attempt();
            }
            catch (ObjectStorageException e)
            {
                return failed(e.Message);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && !Transports.InfrastructureFault.IsTransient(e))
            {
                if (tries == Waits.Length)
                    return failed($"The storage did not answer in {tries + 1} attempts: {e.Message}");
                logger.LogWarning("The storage does not answer: {Reason} Trying again in {Wait}.", e.Message, Waits[tries]);
            }

            await Task.Delay(Waits[tries], time, cancellationToken);
        }
    }

    private async Task<ItemReading> ReadAsync(ItemSource source, CancellationToken cancellationToken)
    {
        switch (source.Format)
        {
            case ItemFormat.Objects:
                var objects = new List<JsonElement>();
                await foreach (var item in storage.ListAsync(source.Bucket, source.Prefix, cancellationToken))
                {
                    objects.Add(JsonSerializer.SerializeToElement(new { item.Key, item.Size, LastModified = item.ModifiedAt.ToUnixTimeSeconds() }));
                    if (objects.Count == source.MaxItems)
                        break;
                }

                return MapItems.Of(source, objects);
            case ItemFormat.Manifest:
                return await ReadInventoryAsync(source, cancellationToken);
            default:
                return MapItems.Read(source, await TextAsync(source.Bucket, source.Key!, cancellationToken));
        }
    }

    private async Task<ItemReading> ReadInventoryAsync(ItemSource source, CancellationToken cancellationToken)
    {
        if (!Inventory.TryRead(await TextAsync(source.Bucket, source.Key!, cancellationToken), source.Bucket, out var inventory, out var fault))
            return new(default, fault);
        var files = new List<string>();
        foreach (var key in inventory.Keys)
            files.Add(InventoryFile.Text(key, await storage.ReadAsync(inventory.Bucket, key, cancellationToken), options.Value.MaxObjectBytes));

        return MapItems.OfInventory(source, inventory.Columns, files);
    }

    private async Task<string> TextAsync(string bucket, string key, CancellationToken cancellationToken) =>
        Encoding.UTF8.GetString(await storage.ReadAsync(bucket, key, cancellationToken));

    private async Task<JsonElement> WriteAsync(WriteMapResults order, CancellationToken cancellationToken)
    {
        var run = order.Token.ToString();
        var files = ResultFiles.Of(order.Target, run, await results.OfAsync(order.RunId, order.ScopeId, order.Token, cancellationToken));
        foreach (var file in files)
            await storage.WriteAsync(order.Target.Bucket, file.Key, Encoding.UTF8.GetBytes(file.Text), cancellationToken);
        return ResultFiles.Result(order.Target, run, files[^1].Key);
    }

    /// <summary>Stores and sends in one transaction, if the scope still waits for it.</summary>
    private async Task TellAsync<T>(Guid runId, Guid scopeId, Guid token, MapStage stage, T message, Action<OrchestratorDbContext> store, CancellationToken cancellationToken)
        where T : class
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<OrchestratorDbContext>();
        var document = scopeId == runId
            ? await db.Runs.Where(r => r.CorrelationId == runId && r.EndedAt == null).Select(r => r.Document).SingleOrDefaultAsync(cancellationToken)
            : await db.Scopes.Where(s => s.CorrelationId == scopeId && s.EndedAt == null).Select(s => s.Document).SingleOrDefaultAsync(cancellationToken);
        if (document is null || ScopeJson.Read(document) is not { } waiting || waiting.Token != token || waiting.MapStage != stage)
            return;
        if (!await db.MapItems.AnyAsync(i => i.Token == token, cancellationToken))
            store(db);
        var endpoint = await scope.ServiceProvider.GetRequiredService<ISendEndpointProvider>().GetSendEndpoint(Endpoints.For(runId, scopeId));
        await endpoint.Send(message, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
    }
}

internal sealed class MapDataConsumerDefinition : ConsumerDefinition<MapDataConsumer>
{
    public MapDataConsumerDefinition()
    {
        EndpointName = Endpoints.MapData;
        // Each holds an object in memory.
        ConcurrentMessageLimit = 4;
    }

    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpoint, IConsumerConfigurator<MapDataConsumer> consumer, IRegistrationContext context) =>
        endpoint.ConfigureConsumeTopology = false;
}
