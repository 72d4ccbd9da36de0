using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Flow.Contracts;
using Flow.Orchestrator.Storage;
using Flow.StatesLanguage;
using Flow.StatesLanguage.States;
using Microsoft.EntityFrameworkCore;

namespace Flow.Orchestrator.Definitions;

/// <summary>What came of a registration: a version, new or known, or the findings that stand against it.</summary>
internal sealed record Registration(WorkflowVersion? Version, bool IsNew, IReadOnlyList<Finding> Findings);

/// <summary>The registered workflows, and those built in. Versions are immutable, so their parsed form is kept in memory.</summary>
internal sealed class WorkflowCatalog(TimeProvider time)
{
    /// <summary>Parsed forms beyond which those of jobs are not kept, of which there can be as many as there are names.</summary>
    private const int ManyParsed = 10_000;

    private readonly ConcurrentDictionary<(string Name, int Version), Definition> _parsed = new();

    /// <summary>The definition of a version that is known to exist.</summary>
    public async ValueTask<Definition> DefinitionAsync(OrchestratorDbContext db, string name, int version, CancellationToken cancellationToken)
    {
        if (_parsed.TryGetValue((name, version), out var known))
            return known;
        var row = await FindAsync(db, name, version, cancellationToken) ?? throw new InvalidOperationException($"Workflow {name} has no version {version}.");
        var reading = Definition.Read(row.Definition);
        var definition = reading.Definition
            ?? throw new InvalidOperationException($"Workflow {name} version {version} was registered but can no longer be read: {reading.Findings[0]}");
        return Jobs.HandlerOf(name) is null || _parsed.Count < ManyParsed ? _parsed.GetOrAdd((name, version), definition) : definition;
    }

    /// <summary>A version, or the newest when none is named; null when there is none.</summary>
    public static async Task<WorkflowVersion?> FindAsync(OrchestratorDbContext db, string name, int? version, CancellationToken cancellationToken)
    {
        if (Jobs.HandlerOf(name) is not null)
            return JobDefinition.Find(name, version);
        var versions = db.Workflows.AsNoTracking().Where(w => w.Name == name);
        return version is { } exact
            ? await versions.SingleOrDefaultAsync(w => w.Version == exact, cancellationToken)
            : await versions.OrderByDescending(w => w.Version).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Reads a text that is to be registered. The queues in it must have names that every broker takes.</summary>
    public static DefinitionReading Read(string json)
    {
        var reading = Definition.Read(json);
        var tasks = reading.Definition?.Machines.SelectMany(machine => machine.States).OfType<TaskState>() ?? [];
        List<Finding> findings = [.. tasks
            .Where(task => task.Target.Queue is { } queue && !QueueNames.IsWorkQueueName(queue))
            .Select(task => new Finding($"{task.Pointer}/Resource", "unknown-resource", $"'{task.Resource}' names no queue: {QueueNames.WorkQueueNameFault(task.Target.Queue)}"))];
        return findings.Count == 0 ? reading : new(null, findings);
    }

    /// <summary>Registers a text under a name: the newest version itself when the text is the same, else the next version.</summary>
    public async Task<Registration> RegisterAsync(OrchestratorDbContext db, string name, string json, CancellationToken cancellationToken)
    {
        var reading = Read(json);
        if (reading.Definition is not { } definition)
            return new(null, false, reading.Findings);
        var text = JsonSerializer.Serialize(JsonElement.Parse(json));
        var hash = HashOf(text);
        while (true)
        {
            var newest = await FindAsync(db, name, null, cancellationToken);
            if (newest?.Hash == hash)
                return new(newest, false, []);
            var row = new WorkflowVersion
            {
                Name = name,
                Version = (newest?.Version ?? 0) + 1,
                Hash = hash,
                Definition = text,
                Comment = definition.Comment,
                RegisteredAt = time.GetUtcNow(),
            };
            db.Workflows.Add(row);
            try
            {
                await db.SaveChangesAsync(cancellationToken);
                return new(row, true, []);
            }
            catch (DbUpdateException) when (!cancellationToken.IsCancellationRequested)
            {
                // Somebody registered that number in the meantime: look again. Any other fault shows itself in the look.
                db.Entry(row).State = EntityState.Detached;
                if (!await db.Workflows.AnyAsync(w => w.Name == name && w.Version == row.Version, cancellationToken))
                    throw;
            }
        }
    }

    /// <summary>SHA-256 of a definition, lower-case hex.</summary>
    public static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
