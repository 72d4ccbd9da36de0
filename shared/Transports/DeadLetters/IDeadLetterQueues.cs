namespace Flow.Transports.DeadLetters;

/// <summary>A message as it lies in an error or skipped queue.</summary>
public sealed record DeadMessage
{
    /// <summary>The queue it was sent to, e.g. <c>flow-work-video</c>; without <c>_error</c> or <c>_skipped</c>.</summary>
    public required string Queue { get; init; }

    /// <summary>Its id on the transport; null: its sender gave none.</summary>
    public required string? MessageId { get; init; }

    /// <summary>Whether the broker may have handed it out before, to somebody who did not acknowledge it.</summary>
    public bool IsRedelivered { get; init; }

    /// <summary>The body, byte for byte.</summary>
    public required byte[] Body { get; init; }

    /// <summary>Media type of the body; null: none was given.</summary>
    public string? ContentType { get; init; }

    /// <summary>Its headers as a JSON object, with what the transport added: the reason, the fault, the deliveries.</summary>
    public string Headers { get; init; } = "{}";

    /// <summary>Deliveries without an acknowledgement, where it is here because there were too many of them; null: it is here for another reason.</summary>
    public int? Deliveries { get; init; }
}

/// <summary>The error and skipped queues of the broker, and the way back from them.</summary>
public interface IDeadLetterQueues
{
    /// <summary>
    /// Hands over what lies in the error and skipped queues, batch by batch, until they are empty. A batch is acknowledged once <paramref name="store"/> has ended well; when it throws, or the process
    /// dies, its messages stay and come again. So each is handed over at least once.
    /// </summary>
    /// <param name="queues">Queues to look behind, by their names without a suffix. A transport whose queues are all Flow's, and can be listed, looks behind all of them.</param>
    /// <param name="store">Stores a batch durably.</param>
    /// <param name="cancellationToken">Ends the drain.</param>
    /// <returns>How many messages were handed over and acknowledged.</returns>
    Task<int> DrainAsync(IReadOnlyCollection<string> queues, Func<IReadOnlyList<DeadMessage>, CancellationToken, Task> store, CancellationToken cancellationToken);

    /// <summary>Sends a message back to the queue it came from, with its bytes, id and headers but for those that say why it was put aside. Ends when the broker has it durably.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Ends the call; the message may or may not have been sent.</param>
    /// <exception cref="UnroutableMessageException">There is no such queue.</exception>
    Task SendAsync(DeadMessage message, CancellationToken cancellationToken);
}

/// <summary>A message cannot be sent back: its queue is not there.</summary>
/// <param name="queue">The queue.</param>
public sealed class UnroutableMessageException(string queue) : Exception($"There is no queue '{queue}' any more. Start what consumes it, which declares it, and replay again.");

/// <summary>In memory nothing outlasts its process, so there is nothing to drain.</summary>
internal sealed class NoDeadLetterQueues : IDeadLetterQueues
{
    public Task<int> DrainAsync(IReadOnlyCollection<string> queues, Func<IReadOnlyList<DeadMessage>, CancellationToken, Task> store, CancellationToken cancellationToken) => Task.FromResult(0);

    public Task SendAsync(DeadMessage message, CancellationToken cancellationToken) => throw new UnroutableMessageException(message.Queue);
}
