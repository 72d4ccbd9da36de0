using Flow.Contracts;
using Flow.Contracts.Api;

namespace Flow.Cli.Demo;

/// <summary>How one node of the definition stands, over all scopes that pass it.</summary>
internal sealed class NodeProgress(string node)
{
    private readonly Dictionary<Guid, DateTimeOffset> _open = [];

    public string Node { get; } = node;

    public int Entered { get; private set; }

    public int Done { get; private set; }

    /// <summary>Attempts that failed.</summary>
    public int FailedAttempts { get; private set; }

    /// <summary>From entering to leaving, over all scopes; scopes that pass at the same time all count.</summary>
    public TimeSpan Total { get; private set; }

    public TimeSpan Longest { get; private set; }

    public int Running => _open.Count;

    public void Take(Guid scope, HistoryEvent e)
    {
        if (e.Type.EndsWith("StateEntered", StringComparison.Ordinal))
        {
            Entered++;
            _open[scope] = e.Timestamp;
        }
        else if (e.Type.EndsWith("StateExited", StringComparison.Ordinal) && _open.Remove(scope, out var entered))
        {
            Done++;
            var took = e.Timestamp - entered;
            Total += took;
            Longest = took > Longest ? took : Longest;
        }
        else if (e.Type is "TaskFailed" or "TaskTimedOut")
        {
            FailedAttempts++;
        }
    }
}

/// <summary>All nodes of a run, in the order they were first entered.</summary>
internal sealed class RunProgress
{
    private readonly Dictionary<string, NodeProgress> _byName = new(StringComparer.Ordinal);
    private readonly List<NodeProgress> _nodes = [];

    public IReadOnlyList<NodeProgress> Nodes => _nodes;

    /// <summary>Takes an event and answers with the node it is about, if it is about one.</summary>
    public NodeProgress? Take(HistoryEntry entry)
    {
        if (entry.Event.Node is not { } name)
            return null;
        if (!_byName.TryGetValue(name, out var node))
        {
            node = _byName[name] = new NodeProgress(name);
            _nodes.Add(node);
        }

        node.Take(entry.ScopeId, entry.Event);
        return node;
    }
}
