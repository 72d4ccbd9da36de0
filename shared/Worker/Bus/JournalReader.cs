using Flow.Contracts;
using Flow.Transports.Messages;
using MassTransit;

namespace Flow.Worker.Bus;

/// <summary>Asks the orchestrator for pages of journals.</summary>
internal sealed class JournalReader(IBus bus)
{
    private const int AnswerSeconds = 30;

    private readonly IRequestClient<ReadRunJournal> _orchestrator =
        bus.CreateRequestClient<ReadRunJournal>(new Uri($"queue:{QueueNames.RunJournal}"), RequestTimeout.After(s: AnswerSeconds));

    public async Task<RunJournalPage> ReadAsync(Guid runId, long after, CancellationToken cancellationToken)
    {
        try
        {
            return (await _orchestrator.GetResponse<RunJournalPage>(new ReadRunJournal(runId, after), request => request.NeverExpires(), cancellationToken)).Message;
        }
        catch (RequestTimeoutException e)
        {
            throw new TimeoutException($"The journal of run {runId} could not be read: no orchestrator answered at {QueueNames.RunJournal} within {AnswerSeconds} s.", e);
        }
    }
}
