namespace Flow.Worker;

/// <summary>An entry cannot be appended to the journal; says why. Its error name is <see cref="WorkerErrors.InvalidJournal"/>.</summary>
public sealed class JournalException : Exception
{
    /// <summary>An entry cannot be appended.</summary>
    public JournalException()
    {
    }

    /// <inheritdoc cref="JournalException()"/>
    /// <param name="message">Why.</param>
    public JournalException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="JournalException()"/>
    /// <param name="message">Why.</param>
    /// <param name="inner">What caused it.</param>
    public JournalException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
