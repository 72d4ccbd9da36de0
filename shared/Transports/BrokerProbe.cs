namespace Flow.Transports;

/// <summary>
/// Asks the broker whether it lets us in. The answer is null when it does, or a sentence that names the broker and what is wrong when it cannot be
/// reached now; a setting that is wrong for good throws <see cref="InvalidOperationException"/>.
/// </summary>
internal sealed class BrokerProbe(Func<CancellationToken, Task<string?>> check)
{
    public static BrokerProbe None { get; } = new(_ => Task.FromResult<string?>(null));

    public Task<string?> CheckAsync(CancellationToken cancellationToken) => check(cancellationToken);
}
