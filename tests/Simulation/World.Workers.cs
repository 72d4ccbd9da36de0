using Flow.Orchestrator.Runs;

namespace Flow.Simulation.Tests;

/// <summary>What workers do.</summary>
internal sealed partial class World
{
    private const int LeaseSeconds = 4;
    private const int MostLost = 3;

    private int _lost;

    /// <summary>A worker handles an item: it may die before or after its answer, or the item come twice.</summary>
    private void Work(Envelope envelope, NodeWorkItem item)
    {
        if (_isDisturbed && _dice.Next(8) == 0)
        {
            Note("a worker dies with its item");
            return;
        }

        var saga = item.RunId == item.ScopeId ? Endpoints.Runs : Endpoints.Scopes;
        if (_isDisturbed && _dice.Next(8) == 0)
            Deliver(new(NewId(), saga, new NodeHeartbeat { RunId = item.RunId, ScopeId = item.ScopeId, Token = item.Token }));
        if (_isDisturbed && _lost < MostLost && _dice.Next(5) == 0)
        {
            Lease(saga, item);
            Acknowledge(envelope);
            return;
        }

        var answer = Handlers.Answer(item);
        Note($"{item.Handler} answers {answer?.GetType().Name ?? "nothing"}");
        if (answer is not null)
            Deliver(new(NewId(), saga, answer));
        if (!_isDisturbed || _dice.Next(6) != 0)
            Acknowledge(envelope);
    }

    /// <summary>A worker keeps an item under a lease; it dies, gives it back or answers in the end.</summary>
    private void Lease(string saga, NodeWorkItem item)
    {
        for (var beats = 1 + _dice.Next(2); beats > 0; beats--)
            Deliver(new(NewId(), saga, new NodeLeased { RunId = item.RunId, ScopeId = item.ScopeId, Token = item.Token, LeaseSeconds = LeaseSeconds }));
        object? end = _dice.Next(3) switch
        {
            0 => null,
            1 => new NodeReleased { RunId = item.RunId, ScopeId = item.ScopeId, Token = item.Token },
            _ => Handlers.Answer(item),
        };
        Note($"a worker leases {item.Handler} and {(end is null ? "is not heard from again" : $"sends {end.GetType().Name}")}");
        if (end is not null)
            Deliver(new(NewId(), saga, end));
        // A lease told late counts from then on, so any leased attempt may be handed out anew.
        _lost++;
    }
}
