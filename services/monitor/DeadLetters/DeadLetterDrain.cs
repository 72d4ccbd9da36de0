using Flow.Contracts;
using Flow.Transports.DeadLetters;
using MassTransit;

namespace Flow.Monitor.DeadLetters;

/// <summary>
/// Moves what lies in the broker's error and skipped queues into the dead letters: stored and committed first, then acknowledged. Where nobody can have told the run of an item that is never to be
/// answered, it is told.
/// </summary>
internal sealed class DeadLetterDrain(IServiceScopeFactory scopes, IDeadLetterQueues queues, IBus bus, TimeProvider time, ILogger<DeadLetterDrain> logger) : BackgroundService
{
    private static readonly Uri FailedQueue = new($"queue:{QueueNames.NodeFailed}");
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = Interval;
            try
            {
                await DrainAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning("Error and skipped queues stay as they are for {Seconds} s: {Reason}", Rest.TotalSeconds, exception.Message);
                pause = Rest;
            }

            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    internal async Task<int> DrainAsync(CancellationToken cancellationToken)
    {
        IReadOnlyCollection<string> names;
        // The database is asked first: while it is away nothing is taken from the broker, which counts what is given back.
        await using (var scope = scopes.CreateAsyncScope())
            names = await scope.ServiceProvider.GetRequiredService<DrainedQueues>().ListAsync(cancellationToken);
        return await queues.DrainAsync(names, StoreAsync, cancellationToken);
    }

    private async Task StoreAsync(IReadOnlyList<DeadMessage> messages, CancellationToken cancellationToken)
    {
        await using (var scope = scopes.CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<DeadLetterStore>().StoreAsync(messages, cancellationToken);
        foreach (var message in messages)
        {
            logger.LogWarning("Message {MessageId} of {Queue} is a dead letter now", message.MessageId, message.Queue);
            if (PutAside.NewsOf(message) is { } failed)
                await (await bus.GetSendEndpoint(FailedQueue)).Send(failed, cancellationToken);
        }
    }
}
