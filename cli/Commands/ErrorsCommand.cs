using System.CommandLine;
using Flow.Cli.Output;
using Flow.Client;
using Flow.Contracts.Api;

namespace Flow.Cli.Commands;

/// <summary><c>flow errors</c>.</summary>
internal static class ErrorsCommand
{
    private static readonly Argument<string> Run = RunReference.Argument();
    private static readonly Option<int> Limit = LongList.Limit("attempts");
    private static readonly Option<string?> Cursor = LongList.Cursor();

    public static Command Build()
    {
        var command = new Command("errors", "List every attempt of a run that failed, in order.") { Run, Limit, Cursor };
        command.SetAction(RunAsync);
        return command.WithExamples("flow errors 3f9a1c07", "flow errors 3f9a1c07 -o json | jq -r '.items[].error' | sort | uniq -c");
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var client = parsed.Client();
        var runId = await RunReference.ResolveAsync(client, parsed.GetRequiredValue(Run), cancellationToken);
        var page = await LongList.ReadAsync((limit, cursor) => client.ListErrorsAsync(runId, limit, cursor, cancellationToken), parsed.GetValue(Limit), parsed.GetValue(Cursor));
        if (parsed.WantsJson())
            Terminal.WriteJson(page);
        else if (page.Items.Count > 0)
            Print(page, runId);
        else
            Terminal.Note(None((await client.GetRunAsync(runId, cancellationToken)).Run));
        return ExitCode.Ok;
    }

    private static void Print(Page<FailedAttempt> page, Guid runId)
    {
        var table = new PlainTable("time", "node", ">attempt", "in", "what follows", "error", "cause");
        foreach (var failed in page.Items)
        {
            table.Row(
                $"{failed.Timestamp.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}Z",
                Words.Text(failed.Node),
                Words.Number(failed.Attempt),
                failed.ScopeId == runId ? "" : RunReference.Short(failed.ScopeId),
                failed.IsPermanent ? "[red]dead letter[/]" : "handled",
                $"[red]{Words.Text(failed.Error)}[/]",
                Words.Text(Words.Line(failed.Cause)));
        }

        table.Print();
        if (page.Next is not null)
            Terminal.Note($"There are more: add --cursor {page.Next}");
    }

    private static string None(RunSummary run) =>
        $"No attempt of run {run.RunId} failed. It is {run.Status}{(run.Error is null ? "" : $" with {run.Error}, which was no attempt's: see 'flow run {RunReference.Short(run.RunId)}'")}.";
}
