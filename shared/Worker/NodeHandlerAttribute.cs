namespace Flow.Worker;

/// <summary>The name of a handler and what it wishes for itself.</summary>
/// <param name="name">The handler's part of a Resource: <c>extract-audio</c> serves <c>flow:extract-audio</c> and <c>flow:video/extract-audio</c>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class NodeHandlerAttribute(string name) : Attribute
{
    /// <summary>Name of the handler.</summary>
    public string Name { get; } = name;

    /// <summary>Queue the worker consumes for it. Default: <c>default</c>. Lower-case letters, digits, '-', '_' and '.', at most 80 characters.</summary>
    public string? Queue { get; set; }

    /// <summary>Seconds until an attempt fails as States.Timeout, unless the node sets its own. 0 (default): the worker's setting. At most 604,800.</summary>
    public int TimeoutSeconds { get; set; }
}
