namespace Flow.Worker;

/// <summary>Error names a worker gives by itself; Retry and Catch match them like any other.</summary>
public static class WorkerErrors
{
    /// <summary>The attempt's time is up.</summary>
    public const string Timeout = "States.Timeout";

    /// <summary>The output is larger than <see cref="FlowWorkerOptions.MaxOutputBytes"/>, or than the orchestrator takes.</summary>
    public const string DataLimitExceeded = "States.DataLimitExceeded";

    /// <summary>No handler of the worker that got the item has this name. The item is in <c>&lt;queue&gt;_skipped</c>.</summary>
    public const string UnknownHandler = "Flow.UnknownHandler";

    /// <summary>The input does not fit the handler's input type.</summary>
    public const string InvalidInput = "Flow.InvalidInput";

    /// <summary>The attempt appends to the journal what cannot be: too much, too many, after its end, or where somebody else completes the node.</summary>
    public const string InvalidJournal = "Flow.InvalidJournal";

    /// <summary>The item's large input, or the place for its large output, is not there: see the cause.</summary>
    public const string PayloadUnavailable = "Flow.PayloadUnavailable";

    /// <summary>The worker does not know this version of the work item contract. The item is in <c>&lt;queue&gt;_skipped</c>.</summary>
    public const string UnsupportedContract = "Flow.UnsupportedContract";

    /// <summary>The message could not be read as a work item. It is in <c>&lt;queue&gt;_error</c>, or in <c>&lt;queue&gt;_skipped</c> when it is of another type.</summary>
    public const string UndecodableItem = "Flow.UndecodableItem";
}
