using System.CommandLine;
using Flow.Cli.Output;
using Flow.Client;
using Flow.Contracts.Api;
using Spectre.Console;

namespace Flow.Cli.Commands;

/// <summary>The options <c>--wait</c> and <c>--timeout</c> of what starts a run, and what is printed of it.</summary>
internal sealed class WaitOptions
{
    private readonly Option<bool> _wait = new("--wait", "-w") { Description = "Wait for the end of the run; exit 1 unless it succeeds" };
    private readonly Option<TimeSpan?> _timeout = new("--timeout") { Description = "With --wait: wait at most so long", HelpName = "duration", CustomParser = Values.Duration };

    public void AddTo(Command command)
    {
        command.Options.Add(_wait);
        command.Options.Add(_timeout);
    }

    public async Task<int> PrintAsync(ParseResult parsed, IFlowClient client, RunSummary run, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_wait))
        {
            if (!parsed.WantsJson())
                Terminal.Note($"Started run {run.RunId} of {run.Workflow} version {run.Version}; waiting for its end.");
            var details = await client.WaitForRunAsync(run.RunId, parsed.GetValue(_timeout) ?? Timeout.InfiniteTimeSpan, cancellationToken);
            return RunPrinter.PrintEnd(details, parsed.WantsJson());
        }

        if (parsed.WantsJson())
        {
            Terminal.WriteJson(run);
            return ExitCode.Ok;
        }

        Terminal.Out.WriteLine($"Started run {run.RunId} of {run.Workflow} version {run.Version}.");
        Terminal.Note($"Look at it with 'flow run {RunReference.Short(run.RunId)}', wait for its end with 'flow wait {RunReference.Short(run.RunId)}'.");
        return ExitCode.Ok;
    }
}
