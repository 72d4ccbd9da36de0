using System.Diagnostics;
using System.Text.Json;
using Flow.Contracts;
using Flow.Transports;
using Flow.Worker.Execution;
using Flow.Worker.Handlers;
using Flow.Worker.Policies;
using MassTransit;
using MassTransit.Transports;
using Microsoft.Extensions.Logging;

namespace Flow.Worker.Bus;

/// <summary>Takes work items, has their handlers run, and answers. The item is acknowledged after the answer is with the broker, never before.</summary>
internal sealed class NodeWorkItemConsumer(
    HandlerCatalog catalog,
    PolicyBook policies,
    HandlerRunner runner,
    FlightBoard board,
    AttemptCheck check,
    PausedQueues paused,
    Answers answers,
    Leases leases,
    JournalReader journals,
    PayloadClient payloads,
    FlowWorkerBuilder worker,
    WorkerIdentity identity,
    WorkerTelemetry telemetry,
    TimeProvider time,
    ILoggerFactory loggers) : IConsumer<NodeWorkItem>
{
    /// <summary>Items of version 2 have a reference in place of their input.</summary>
    private const int SupportedContract = 2;
    private const string NoHandler = "unknown";

    /// <summary>Half of what a broker allows.</summary>
    private const int MostReturns = 10;

    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = loggers.CreateLogger<NodeWorkItemConsumer>();

    public async Task Consume(ConsumeContext<NodeWorkItem> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var item = context.Message;
        var received = time.GetTimestamp();
        using var log = _logger.BeginScope(new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["RunId"] = item.RunId,
            ["ScopeId"] = item.ScopeId,
            ["Node"] = item.Node,
            ["Token"] = item.Token,
            ["Attempt"] = item.Attempt,
            ["WorkerId"] = identity.WorkerId,
        });
        using var activity = WorkerTelemetry.StartItem(context, identity.WorkerId);
        Outcome outcome;
        try
        {
            outcome = await Handle(context, received);
        }
        catch (Exception e)
        {
            // Not the handler: the bus could not take the start notice or the answer. The item goes back to its queue; the pause keeps it from circling.
            _logger.LogError(e, "The item could not be answered and goes back to its queue.");
            outcome = new Outcome.HandedBack();
            await Task.Delay(PauseAfterFault, time, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (outcome is Outcome.HandedBack)
        {
            // A failed receive task leaves the message unacknowledged, without the fault message and the error queue that an exception here would mean.
            context.ReceiveContext.AddReceiveTask(Task.FromException(new ItemHandedBackException(item)));
        }

        activity?.SetTag("flow.outcome", outcome.Label);
        if (outcome is Outcome.Failed failed)
            activity?.SetStatus(ActivityStatusCode.Error, $"{failed.Error}: {failed.Cause}");
        Record(item, outcome, received);
    }

    private void Record(NodeWorkItem item, Outcome outcome, long received)
    {
        board.Count(outcome);
        if (outcome is not Outcome.Unfinished)
            telemetry.Record(catalog.TryGet(item.Handler, out _) ? item.Handler : NoHandler, outcome.Label, time.GetElapsedTime(received));
        _logger.LogInformation("{Handler} for node {Node}, attempt {Attempt}: {Outcome}.", item.Handler, item.Node, item.Attempt, outcome.Label);
    }

    private async Task<Outcome> Handle(ConsumeContext<NodeWorkItem> context, long received)
    {
        var item = context.Message;
        if (item.ContractVersion is < 1 or > SupportedContract)
        {
            return await Refuse(context, new Outcome.Failed(
                WorkerErrors.UnsupportedContract,
                $"The item has contract version {item.ContractVersion}; worker {identity.WorkerId} knows versions 1 to {SupportedContract}. Upgrade the worker, or the orchestrator.",
                Label: "unsupported_contract"));
        }

        if (!catalog.TryGet(item.Handler, out var handler))
        {
            return await Refuse(context, new Outcome.Failed(
                WorkerErrors.UnknownHandler,
                $"Worker {identity.WorkerId} has no handler '{item.Handler}' (Resource '{item.Resource}'); it has: {string.Join(", ", catalog.Names)}.",
                Label: "unknown_handler"));
        }

        if ((board.Refusal(item) ?? await check.Refusal(item, context.CancellationToken)) is { } refusal)
            return await Answer(context, time.GetUtcNow(), refusal, context.CancellationToken);
        var startedAt = time.GetUtcNow();
        var told = Task.CompletedTask;
        Outcome outcome;
        try
        {
            outcome = await runner.Run(handler, item, await RateKey(handler, item, context.CancellationToken), Begin, context.CancellationToken, paused.TokenOf(context.ReceiveContext.WorkQueue()));
        }
        catch (PayloadRefusedException e)
        {
            outcome = new Outcome.Failed(WorkerErrors.PayloadUnavailable, $"The input of the item cannot be had: {e.Message}");
        }
        catch (RateKeyException e)
        {
            outcome = new Outcome.Failed(WorkerErrors.InvalidInput, $"By which key of its rate handler '{handler.Name}' counts the item cannot be told from it: {e.InnerException!.Message}");
        }

        // As a new message: what is given back too often counts as one that ends its workers.
        if (outcome is Outcome.HandedBack && context.ReceiveContext.EarlierDeliveries() >= MostReturns)
            outcome = new Outcome.Deferred();
        if (outcome is Outcome.Deferred)
            await answers.Defer(context);
        else if (outcome is Outcome.Unfinished unfinished)
            await leases.Take(context, unfinished, End);
        else
            outcome = await Answer(context, startedAt, outcome, context.CancellationToken);
        await told;
        return outcome;

        async Task End(Outcome late) => Record(item, await Answer(context, startedAt, late, CancellationToken.None), received);

        async Task<NodeContext> Begin(Flight flight)
        {
            startedAt = flight.StartedAt;
            // Beside the handler, which need not wait for the broker's confirmation.
            told = answers.Started(context, startedAt);
            return NewContext(context, flight, item.InputReference is { } reference ? await payloads.Read(reference, flight.Token) : item.Input);
        }
    }

    private async Task<Outcome> Answer(ConsumeContext<NodeWorkItem> context, DateTimeOffset startedAt, Outcome outcome, CancellationToken cancellationToken)
    {
        try
        {
            if (outcome is Outcome.Returned)
                await answers.Released(context, isHeld: false);
            if (outcome is Outcome.Succeeded succeeded)
                await answers.Succeeded(context, startedAt, succeeded, cancellationToken);
        }
        catch (Exception e) when (e is PayloadRefusedException or MessageTooLargeException)
        {
            outcome = new Outcome.Failed(WorkerErrors.DataLimitExceeded, $"The output of handler '{context.Message.Handler}' does not fit in a message, and was not stored: {e.Message}");
        }

        try
        {
            if (outcome is Outcome.Failed failed)
                await answers.Failed(context, startedAt, failed, cancellationToken);
        }
        catch (MessageTooLargeException e)
        {
            await answers.Failed(context, startedAt, ((Outcome.Failed)outcome) with { Cause = e.Message, Details = null }, cancellationToken);
        }

        return outcome;
    }

    private async Task<string?> RateKey(HandlerRegistration handler, NodeWorkItem item, CancellationToken cancellationToken)
    {
        if (policies[handler].Rate?.Key is not { } key)
            return null;
        // Read once more when it begins: many items may wait, and their large inputs are not kept for that.
        var whole = item.InputReference is { } reference ? item with { Input = await payloads.Read(reference, cancellationToken) } : item;
        try
        {
            return key(whole);
        }
        catch (Exception e)
        {
            throw new RateKeyException(e);
        }
    }

    private ConnectedNodeContext NewContext(ConsumeContext<NodeWorkItem> context, Flight flight, JsonElement input) => new(answers, context, worker.Json)
    {
        RunId = flight.Item.RunId,
        ScopeId = flight.Item.ScopeId,
        Workflow = flight.Item.Workflow,
        Version = flight.Item.Version,
        Node = flight.Item.Node,
        Handler = flight.Item.Handler,
        Attempt = flight.Item.Attempt,
        Token = flight.Item.Token,
        Input = input,
        Priority = flight.Item.Priority,
        CancellationToken = flight.Token,
        Journal = new ConnectedNodeJournal(journals, flight.Item.RunId, worker.Json, flight.Token),
        Logger = loggers.CreateLogger($"Flow.Handlers.{flight.Item.Handler}"),
    };

    /// <summary>Tells the run and puts the item aside with the reason, where an operator finds it.</summary>
    private async Task<Outcome> Refuse(ConsumeContext<NodeWorkItem> context, Outcome.Failed refusal)
    {
        _logger.LogError("{Error}: {Cause}", refusal.Error, refusal.Cause);
        if (!context.ReceiveContext.TryGetPayload<IDeadLetterTransport>(out var skipped))
            throw new UnreachableException("The receive endpoint has no dead-letter transport.");
        await answers.Failed(context, time.GetUtcNow(), refusal, context.CancellationToken);
        await skipped.Send(context.ReceiveContext, $"{refusal.Error}: {refusal.Cause}");
        return refusal;
    }

    /// <summary>The function of a handler that gives the key of its rate has failed.</summary>
    private sealed class RateKeyException(Exception inner) : Exception(inner.Message, inner);
}
