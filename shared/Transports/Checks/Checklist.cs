namespace Flow.Transports.Checks;

/// <summary>Several checks, one after another.</summary>
internal sealed class Checklist(params ITransportChecks[] checks) : ITransportChecks
{
    public async Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellationToken)
    {
        var results = new List<CheckResult>();
        foreach (var check in checks)
            results.AddRange(await check.RunAsync(cancellationToken));
        return results;
    }
}
