namespace Flow.Chaos.Tests;

/// <summary>A handler's effect in the world outside: one attempt at a node of a scope came to its end.</summary>
internal sealed record Effect(Guid RunId, Guid ScopeId, string Node, Guid Token);

/// <summary>Effects of many processes, a line each, in a file for each process: what is written survives the process.</summary>
internal sealed class EffectLog(string directory)
{
    private readonly Lock _lock = new();
    private readonly string _file = Path.Combine(directory, $"{Environment.ProcessId}.log");

    public void Write(Effect effect)
    {
        lock (_lock)
            File.AppendAllText(_file, $"{effect.RunId} {effect.ScopeId} {effect.Node} {effect.Token}\n");
    }

    /// <summary>What all processes did for these runs.</summary>
    public static List<Effect> Read(string directory, IReadOnlySet<Guid> runs) => ReadAll(directory).FindAll(effect => runs.Contains(effect.RunId));

    /// <summary>What all processes did.</summary>
    public static List<Effect> ReadAll(string directory) =>
    [
        .. from file in Directory.EnumerateFiles(directory, "*.log")
           from line in File.ReadAllLines(file)
           let parts = line.Split(' ')
           select new Effect(Guid.Parse(parts[0]), Guid.Parse(parts[1]), parts[2], Guid.Parse(parts[3])),
    ];
}
