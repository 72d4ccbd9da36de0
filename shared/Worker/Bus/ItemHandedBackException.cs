using Flow.Contracts;

namespace Flow.Worker.Bus;

/// <summary>Makes the bus leave an item on its queue. Not an error; it shows in the bus's log as the reason.</summary>
internal sealed class ItemHandedBackException(NodeWorkItem item)
    : Exception($"The work item of node '{item.Node}' (run {item.RunId}, attempt {item.Attempt}) goes back to its queue.");
