namespace Flow.Transports;

/// <summary>
/// Something that must be there before the process takes messages, such as the tables of its database. Register any number as services; the bus starts when all of
/// them are there, and the process is not ready until then.
/// </summary>
public interface IBusPrerequisite
{
    /// <summary>What is waited for, as a part of a sentence: "the tables of this release".</summary>
    string Name { get; }

    /// <summary>Ends when it is there; an exception says that it never will be.</summary>
    /// <param name="cancellationToken">Cancelled when the process stops.</param>
    Task WaitAsync(CancellationToken cancellationToken);
}
