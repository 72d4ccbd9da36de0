namespace Flow.Transports;

/// <summary>What a queue of the broker holds.</summary>
/// <param name="Waiting">Messages that wait and are with no consumer.</param>
/// <param name="OldestAt">When the oldest of them was sent; null: there is none, or the broker does not tell.</param>
/// <param name="Consumers">How many consumers it has; null: the broker does not tell.</param>
public sealed record BrokerQueue(long Waiting, DateTimeOffset? OldestAt = null, int? Consumers = null);

/// <summary>Looks into the queues of the broker, and deletes them. In memory nothing can be seen.</summary>
public interface IBrokerQueues
{
    /// <summary>What each of the queues holds; those that the broker does not have, or cannot tell of, are left out.</summary>
    /// <param name="queues">Names on the broker, e.g. <c>flow-work-video-low</c>.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    /// <exception cref="Exception">The broker cannot be reached, as its client says it.</exception>
    Task<IReadOnlyDictionary<string, BrokerQueue>> LookAsync(IEnumerable<string> queues, CancellationToken cancellationToken);

    /// <summary>Whether <see cref="DeleteAsync"/> can be called.</summary>
    bool CanDelete => false;

    /// <summary>Deletes the queues, those of them that are there, unless one of them holds a message or has a consumer, as far as the broker tells.</summary>
    /// <param name="queues">Names on the broker.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False: one does, and none was deleted.</returns>
    /// <exception cref="NotSupportedException">See <see cref="CanDelete"/>.</exception>
    /// <exception cref="Exception">The broker cannot be reached, as its client says it.</exception>
    Task<bool> DeleteAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken) => throw new NotSupportedException("This transport cannot delete queues.");
}

internal sealed class UnseenQueues : IBrokerQueues
{
    public Task<IReadOnlyDictionary<string, BrokerQueue>> LookAsync(IEnumerable<string> queues, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, BrokerQueue>>(new Dictionary<string, BrokerQueue>(StringComparer.Ordinal));
}
