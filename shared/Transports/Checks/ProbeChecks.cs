namespace Flow.Transports.Checks;

/// <summary>What a process looks at when it starts: whether it is let in, with the rights that it needs. Tables of the queues that are missing are made by that, as a process would. Then the rest.</summary>
/// <param name="place">What is asked, for people.</param>
/// <param name="probe">Asks it.</param>
/// <param name="rest">What else there is to look at once it answers.</param>
internal sealed class ProbeChecks(string place, BrokerProbe probe, ITransportChecks rest) : ITransportChecks
{
    private const string Broker = "broker";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await probe.CheckAsync(cancellationToken) is { } problem
                ? [new(Broker, CheckStatus.Problem, problem, "Check that it runs, and what the settings of the transport name.") { Reached = false }]
                : [new(Broker, CheckStatus.Ok, $"{place} carries the messages.") { Reached = true }, .. await rest.RunAsync(cancellationToken)];
        }
        catch (InvalidOperationException refusal)
        {
            return [new(Broker, CheckStatus.Problem, refusal.Message) { Reached = true }];
        }
    }
}
