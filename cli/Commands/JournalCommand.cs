using System.CommandLine;
using Flow.Cli.Output;
using Flow.Contracts;
using Spectre.Console;

namespace Flow.Cli.Commands;

/// <summary><c>flow journal</c>.</summary>
internal static class JournalCommand
{
    private const int ValueShown = 200;

    private static readonly Argument<string> Run = RunReference.Argument();

    public static Command Build()
    {
        var command = new Command("journal", "List what the handlers of a run noted in its journal, in order. With -o json: one entry a line.") { Run };
        command.SetAction(RunAsync);
        return command.WithExamples("flow journal 3f9a1c07", "flow journal 3f9a1c07 -o json | jq -c 'select(.kind == \"file-stored\") | .value'");
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var client = parsed.Client();
        var runId = await RunReference.ResolveAsync(client, parsed.GetRequiredValue(Run), cancellationToken);
        for (long? after = 0; after is { } id;)
        {
            var page = await client.GetJournalAsync(runId, id, cancellationToken: cancellationToken);
            foreach (var entry in page.Entries)
                Write(entry, runId, parsed.WantsJson());
            after = page.Next;
        }

        return ExitCode.Ok;
    }

    private static void Write(JournalRecord entry, Guid runId, bool asJson)
    {
        if (asJson)
        {
            Terminal.WriteJsonLine(entry);
            return;
        }

        var value = entry.Value.GetRawText();
        var scope = entry.ScopeId == runId ? "" : $" [dim]in {RunReference.Short(entry.ScopeId)}[/]";
        Terminal.Out.MarkupLine(
            $"[dim]{entry.RecordedAt:yyyy-MM-dd HH:mm:ss.fff}[/]  {Words.Text(entry.Node)}  {Words.Text(entry.Kind)}  {Words.Text(value.Length > ValueShown ? value[..ValueShown] + "…" : value)}{scope}");
    }
}
