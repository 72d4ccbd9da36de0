using Flow.Contracts;
using Flow.Orchestrator.Runs;
using Flow.Orchestrator.Storage;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Flow.Orchestrator.Payloads;

/// <summary>Gives workers the parts of large inputs and takes those of large outputs. What it cannot do it refuses with the reason; nothing here is worth a retry but an outage.</summary>
internal sealed class PayloadConsumer(OrchestratorDbContext db, PayloadStore payloads, OutstandingAttempts attempts, TimeProvider time)
    : IConsumer<ReadPayload>, IConsumer<WritePayloadPart>
{
    public async Task Consume(ConsumeContext<ReadPayload> context)
    {
        var (reference, offset) = (context.Message.Reference, context.Message.Offset);
        if (await payloads.ReadPartAsync(reference, offset, context.CancellationToken) is { } part)
            await context.RespondAsync(part);
        else
            await RefuseAsync(context, reference, "unknown-payload", $"Payload {reference} has nothing at byte {offset}, or is not stored any more: it is deleted when its attempt is over.");
    }

    public async Task Consume(ConsumeContext<WritePayloadPart> context)
    {
        var part = context.Message;
        if (await db.Payloads.AnyAsync(p => p.Reference == part.Reference && p.Offset == part.Offset, context.CancellationToken))
        {
            await StoredAsync(context);
            return;
        }

        if (await FaultAsync(part, context.CancellationToken) is var (reason, message))
        {
            await RefuseAsync(context, part.Reference, reason, message);
            return;
        }

        db.Payloads.Add(new PayloadRow
        {
            Reference = part.Reference,
            Offset = part.Offset,
            RunId = part.RunId,
            ScopeId = part.ScopeId,
            Token = part.Token,
            TotalBytes = part.TotalBytes,
            Bytes = part.Bytes.ToArray(),
            CreatedAt = time.GetUtcNow(),
        });
        try
        {
            await db.SaveChangesAsync(context.CancellationToken);
        }
        catch (DbUpdateException)
        {
            // Unless it came twice at the same time.
            db.ChangeTracker.Clear();
            if (!await db.Payloads.AnyAsync(p => p.Reference == part.Reference && p.Offset == part.Offset, context.CancellationToken))
                throw;
        }

        await StoredAsync(context);
    }

    private async Task<(string Reason, string Message)?> FaultAsync(WritePayloadPart part, CancellationToken cancellationToken)
    {
        if (part.Offset < 0 || part.Bytes.IsEmpty || part.TotalBytes - part.Offset < part.Bytes.Length)
            return ("invalid-request", $"A part of {part.Bytes.Length} bytes at byte {part.Offset} is none of a payload of {part.TotalBytes} bytes.");
        if (part.TotalBytes > payloads.Limits.MaxPayloadBytes)
            return ("payload-too-large", $"The output is {part.TotalBytes} bytes; at most {payloads.Limits.MaxPayloadBytes} are taken ({PayloadLimits.Setting}).");
        if (part.Offset == 0)
        {
            return await attempts.HasAsync(part.RunId, part.ScopeId, part.Token, cancellationToken)
                ? null
                : ("token-not-outstanding", $"Nothing waits for the output of attempt {part.Token} of run {part.RunId}.");
        }

        var before = await db.Payloads.AsNoTracking()
            .Where(p => p.Reference == part.Reference && p.RunId == part.RunId && p.Token == part.Token && p.TotalBytes == part.TotalBytes && p.Offset < part.Offset)
            .OrderByDescending(p => p.Offset).Select(p => new { p.Offset, p.Bytes.Length }).FirstOrDefaultAsync(cancellationToken);
        return before is not null && before.Offset + before.Length == part.Offset
            ? null
            : ("unknown-payload", $"Payload {part.Reference} has no part that ends at byte {part.Offset}: parts come in order, and are deleted when their attempt is over.");
    }

    private static Task StoredAsync(ConsumeContext<WritePayloadPart> context) =>
        context.RespondAsync(new PayloadPartStored { Reference = context.Message.Reference, Offset = context.Message.Offset });

    private static Task RefuseAsync(ConsumeContext context, Guid reference, string reason, string message) =>
        context.RespondAsync(new PayloadRefused { Reference = reference, Reason = reason, Message = message });
}

internal sealed class PayloadConsumerDefinition : ConsumerDefinition<PayloadConsumer>
{
    public PayloadConsumerDefinition()
    {
        EndpointName = QueueNames.Payloads;
        // Each holds a part in memory.
        ConcurrentMessageLimit = 8;
    }

    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpoint, IConsumerConfigurator<PayloadConsumer> consumer, IRegistrationContext context) =>
        endpoint.ConfigureConsumeTopology = false;
}
