using System.Runtime.InteropServices;
using System.Text.Json;
using Flow.Contracts;
using Flow.Transports;
using Flow.Transports.Messages;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Flow.Worker.Bus;

/// <summary>
/// Large payloads, which the orchestrator keeps: read and stored part by part over the bus, so that a worker needs no other address. An outage, of the broker or of the orchestrator, is
/// waited out like any other.
/// </summary>
internal sealed class PayloadClient(IBus bus, MessageLimit limit, TimeProvider time, ILogger<PayloadClient> logger)
{
    private static readonly Uri Queue = new($"queue:{QueueNames.Payloads}");
    private static readonly RequestTimeout Patience = RequestTimeout.After(s: 30);

    /// <summary>Whether a message fits without its payload being stored.</summary>
    public bool Fits<T>(T message, JsonElement payload)
        where T : class => limit.SurelyHolds(payload) || limit.Holds(message);

    /// <summary>Reads a payload.</summary>
    /// <exception cref="PayloadRefusedException">It is not stored.</exception>
    public async Task<JsonElement> Read(Guid reference, CancellationToken cancellationToken)
    {
        var client = bus.CreateRequestClient<ReadPayload>(Queue, Patience);
        byte[]? payload = null;
        for (var offset = 0; ;)
        {
            var part = await Ask<ReadPayload, PayloadPart>(client, new ReadPayload { Reference = reference, Offset = offset }, cancellationToken);
            payload ??= new byte[part.TotalBytes];
            if (part.Bytes.IsEmpty || part.Bytes.Length > payload.Length - offset)
                throw new PayloadRefusedException($"Payload {reference} of {payload.Length} bytes was answered with {part.Bytes.Length} bytes at byte {offset}.");
            part.Bytes.CopyTo(payload.AsMemory(offset));
            offset += part.Bytes.Length;
            if (offset == payload.Length)
                return JsonElement.Parse(payload);
        }
    }

    /// <summary>Stores the output of an item.</summary>
    /// <returns>Its reference.</returns>
    /// <exception cref="PayloadRefusedException">It is too large, or nobody waits for it.</exception>
    public async Task<Guid> Store(NodeWorkItem item, JsonElement output, CancellationToken cancellationToken)
    {
        var client = bus.CreateRequestClient<WritePayloadPart>(Queue, Patience);
        var reference = NewId.NextSequentialGuid();
        ReadOnlyMemory<byte> payload = JsonMarshal.GetRawUtf8Value(output).ToArray();
        for (var offset = 0; offset < payload.Length; offset += limit.PartBytes)
        {
            var part = new WritePayloadPart
            {
                Reference = reference,
                RunId = item.RunId,
                ScopeId = item.ScopeId,
                Token = item.Token,
                Offset = offset,
                TotalBytes = payload.Length,
                Bytes = payload.Slice(offset, Math.Min(limit.PartBytes, payload.Length - offset)),
            };
            await Ask<WritePayloadPart, PayloadPartStored>(client, part, cancellationToken);
        }

        return reference;
    }

    private async Task<TAnswer> Ask<TRequest, TAnswer>(IRequestClient<TRequest> client, TRequest request, CancellationToken cancellationToken)
        where TRequest : class
        where TAnswer : class
    {
        foreach (var wait in InfrastructureFault.Waits)
        {
            try
            {
                var answer = await client.GetResponse<TAnswer, PayloadRefused>(request, asked => asked.NeverExpires(), cancellationToken, Patience);
                return answer.Is(out Response<TAnswer>? given) ? given!.Message : throw new PayloadRefusedException(((PayloadRefused)answer.Message).Message);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && (e is RequestException || InfrastructureFault.IsTransient(e)))
            {
                logger.LogWarning(e, "The orchestrator does not answer about a payload; asking again in {Wait}.", wait);
            }

            await Task.Delay(wait, time, cancellationToken);
        }

        throw new TimeoutException("The orchestrator did not answer about a payload for as long as an outage is waited out.");
    }
}

/// <summary>A payload cannot be had or not be stored, and asking again cannot help.</summary>
internal sealed class PayloadRefusedException(string message) : Exception(message);
