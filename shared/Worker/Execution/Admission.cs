using Flow.Contracts;
using Flow.Worker.Policies;

namespace Flow.Worker.Execution;

/// <summary>How an item may go on.</summary>
internal enum Admitted
{
    /// <summary>It has a place.</summary>
    Regular = 0,

    /// <summary>It has a place, and is the one that shows whether its handler needs another rest.</summary>
    OnTrial = 1,

    /// <summary>It was not its turn for as long as is waited.</summary>
    NotNow = 2,

    /// <summary>No place is to be expected, as all are taken by items under a lease.</summary>
    Full = 3,
}

/// <summary>What came of an item's entry.</summary>
/// <param name="As">How it may go on.</param>
/// <param name="Permit">What it used of a shared rate.</param>
internal readonly record struct Entry(Admitted As, Permit? Permit = null);

/// <summary>
/// Gives items a place of the worker. An item waits for its handler's turn without one, so that others pass it; and not for long, as it takes up one of those that the queue delivers at once.
/// </summary>
internal sealed class Admission(Places places, TimeProvider time)
{
    /// <summary>How long an item waits for the turn of its handler.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>How long an item waits for a place while items of other lanes are served: less than a broker waits for an acknowledgement.</summary>
    private static readonly TimeSpan PatienceForPlace = TimeSpan.FromMinutes(15);

    /// <summary>How long an item that has a place keeps it while it waits for its permit.</summary>
    private static readonly TimeSpan PatienceForPermit = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Waits for the turn of the handler, then for a place, then for a permit if the rate is a shared one: so none is asked for that cannot be used for want of a place. One that is not there at once is waited for without a place.
    /// </summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public async Task<Entry> EnterAsync(HandlerGate gate, Priority priority, string? rateKey, CancellationToken cancellationToken)
    {
        Permit? permit = null;
        var begun = time.GetTimestamp();
        while (true)
        {
            var admitted = await EnterAsync(gate, priority, cancellationToken);
            if (gate.Shared is not { } rate || admitted is Admitted.NotNow or Admitted.Full)
                return new(admitted);
            if (permit is null or { HasLapsed: true })
                permit = rate.Ask(rateKey);
            await permit.Due.WaitAsync(PatienceForPermit, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!cancellationToken.IsCancellationRequested && permit.TryUse())
                return new(admitted, permit);
            gate.End(admitted == Admitted.OnTrial, failed: null);
            gate.Leave(priority, wasLeased: false);
            places.Leave(priority, wasLeased: false);
            await permit.Due.WaitAsync(cancellationToken);
            if (permit.IsRefused)
                await permit.RestAsync(cancellationToken);
            if (permit.IsRefused || time.GetElapsedTime(begun) > Patience + Patience)
                return new(Admitted.NotNow);
        }
    }

    private async Task<Admitted> EnterAsync(HandlerGate gate, Priority priority, CancellationToken cancellationToken)
    {
        using var end = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(end.Token, cancellationToken);
        try
        {
            await gate.EnterAsync(priority, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Admitted.NotNow;
        }

        var admitted = Admitted.NotNow;
        try
        {
            admitted = await BeginAsync(gate, priority, either.Token, cancellationToken);
        }
        finally
        {
            if (admitted is Admitted.NotNow or Admitted.Full)
                gate.Leave(priority, wasLeased: false);
        }

        return admitted;
    }

    private async Task<Admitted> BeginAsync(HandlerGate gate, Priority priority, CancellationToken patience, CancellationToken cancellationToken)
    {
        using var end = new CancellationTokenSource(PatienceForPlace, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(end.Token, cancellationToken);
        while (true)
        {
            try
            {
                await gate.ReadyAsync(patience);
                if (!await places.EnterAsync(priority, either.Token))
                    return Admitted.Full;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return Admitted.NotNow;
            }

            // The turn may be over by now.
            if (gate.TryBegin(out var isTrial))
                return isTrial ? Admitted.OnTrial : Admitted.Regular;
            places.Leave(priority, wasLeased: false);
        }
    }
}
