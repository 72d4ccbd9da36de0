using System.Runtime.InteropServices;
using System.Text.Json;
using Flow.Contracts;
using Flow.Orchestrator.Storage;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Flow.Orchestrator.Payloads;

/// <summary>The stored payloads, as the context of one message or request sees them.</summary>
internal sealed class PayloadStore(OrchestratorDbContext db, PayloadLimits limits, TimeProvider time)
{
    public PayloadLimits Limits => limits;

    /// <summary>Adds a payload to the rows of the context, which the caller saves.</summary>
    /// <returns>Its reference.</returns>
    public Guid Add(Guid runId, Guid scopeId, Guid token, JsonElement payload)
    {
        var reference = NewId.NextSequentialGuid();
        var bytes = JsonMarshal.GetRawUtf8Value(payload);
        for (var offset = 0; offset < bytes.Length; offset += limits.Message.PartBytes)
        {
            db.Payloads.Add(new PayloadRow
            {
                Reference = reference,
                Offset = offset,
                RunId = runId,
                ScopeId = scopeId,
                Token = token,
                TotalBytes = bytes.Length,
                Bytes = bytes.Slice(offset, Math.Min(limits.Message.PartBytes, bytes.Length - offset)).ToArray(),
                CreatedAt = time.GetUtcNow(),
            });
        }

        return reference;
    }

    /// <summary>The whole of a payload; null: it is not stored, or not all of it.</summary>
    public async Task<byte[]?> ReadAsync(Guid reference, CancellationToken cancellationToken) => Join(await db.Payloads.AsNoTracking()
        .Where(p => p.Reference == reference).OrderBy(p => p.Offset).ToListAsync(cancellationToken));

    /// <summary>The same, of one attempt only.</summary>
    public async Task<byte[]?> ReadAsync(Guid runId, Guid token, Guid reference, CancellationToken cancellationToken) => Join(await db.Payloads.AsNoTracking()
        .Where(p => p.Reference == reference && p.RunId == runId && p.Token == token).OrderBy(p => p.Offset).ToListAsync(cancellationToken));

    /// <summary>The part of a payload that begins at an offset, no larger than a message holds; null: there is none.</summary>
    public async Task<PayloadPart?> ReadPartAsync(Guid reference, int offset, CancellationToken cancellationToken)
    {
        var row = await db.Payloads.AsNoTracking()
            .Where(p => p.Reference == reference && p.Offset <= offset).OrderByDescending(p => p.Offset).FirstOrDefaultAsync(cancellationToken);
        var skipped = row is null ? 0 : offset - row.Offset;
        if (row is null || skipped < 0 || skipped >= row.Bytes.Length)
            return null;
        // Stored under another limit, perhaps.
        var bytes = row.Bytes.AsMemory(skipped, Math.Min(row.Bytes.Length - skipped, limits.Message.PartBytes));
        return new PayloadPart { Reference = reference, Offset = offset, TotalBytes = row.TotalBytes, Bytes = bytes, IsLast = offset + bytes.Length == row.TotalBytes };
    }

    private static byte[]? Join(List<PayloadRow> parts)
    {
        if (parts.Count == 0)
            return null;
        var whole = new byte[parts[0].TotalBytes];
        var end = 0;
        foreach (var part in parts)
        {
            if (part.Offset != end || part.Bytes.Length > whole.Length - end)
                return null;
            part.Bytes.CopyTo(whole, end);
            end += part.Bytes.Length;
        }

        return end == whole.Length ? whole : null;
    }
}
