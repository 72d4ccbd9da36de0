using Flow.Contracts.Api;

namespace Flow.Cli.Output;

/// <summary>Dead letters, one of them, and what was done with them.</summary>
internal static class DeadLetterPrinter
{
    private const int LabelWidth = 13;

    public static void Print(Page<DeadLetter> page)
    {
        if (page.Items.Count == 0)
        {
            Terminal.Note("No such dead letters.");
            return;
        }

        var now = TimeProvider.System.GetUtcNow();
        var table = new PlainTable("letter", ">failed", "kind", "where", ">attempts", "error", "cause", "fingerprint");
        foreach (var letter in page.Items)
        {
            table.Row(
                letter.Id.ToString(),
                Words.Ago(letter.FailedAt, now),
                letter.Kind.ToString(),
                Words.Text(letter.Node is null ? letter.Queue : $"{letter.Workflow}/{letter.Node}"),
                Words.Number(letter.Attempts),
                $"[red]{Words.Text(letter.Error)}[/]",
                Words.Text(Words.Line(letter.Cause)),
                letter.Fingerprint);
        }

        table.Print();
        if (page.Next is not null)
            Terminal.Note($"There are more: add --cursor {page.Next}");
    }

    public static void Print(DeadLetterDetails details)
    {
        var letter = details.Letter;
        var now = TimeProvider.System.GetUtcNow();
        Line("letter", letter.Id.ToString());
        Line("kind", letter.Kind.ToString());
        Line("status", letter.Status.ToString());
        Line("failed", $"{letter.FailedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z ({Words.Ago(letter.FailedAt, now)})");
        Line("attempts", Words.Number(letter.Attempts));
        Line("replays", Words.Number(letter.Replays));
        Line("error", $"[red]{Words.Text(letter.Error)}[/]");
        Line("cause", Words.Text(letter.Cause));
        Line("fingerprint", letter.Fingerprint);
        Line("queue", Words.Text(letter.Queue));
        Line("message id", Words.Text(letter.MessageId));
        Line("run", letter.RunId?.ToString());
        Line("workflow", letter.Workflow is null ? null : $"{Words.Text(letter.Workflow)} version {letter.Version}");
        Line("node", Words.Text(letter.Node));
        Line("handler", Words.Text(letter.Handler ?? letter.Resource));
        Line("attempt", letter.Token?.ToString());
        Line("input", details.Input is { } input ? Words.Text(Terminal.Indented(input)) : null);
        Line("content type", Words.Text(details.ContentType));
        Line("body", Words.Text(details.Body ?? details.BodyBase64));
        Line("headers", details.Headers is { } headers ? Words.Text(Terminal.Indented(headers)) : null);
        Line("stack", Words.Text(details.Stack));
        foreach (var act in details.Acts)
            Line("done", $"{act.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z {act.Kind} by {Words.Text(act.RequestedBy)}: {act.Status}, {Words.Text(act.Detail)}");
    }

    public static void Print(Page<DeadLetterAct> page)
    {
        if (page.Items.Count == 0)
        {
            Terminal.Note("Nothing was done with dead letters yet.");
            return;
        }

        var table = new PlainTable("time", "act", "status", ">letters", "by", "selection", "outcome");
        foreach (var act in page.Items)
            table.Row($"{act.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z", act.Kind.ToString(), act.Status.ToString(), Words.Number(act.Letters), Words.Text(act.RequestedBy), Words.Text(act.Selection), Words.Text(act.Outcome));
        table.Print();
    }

    private static void Line(string label, string? value) => LabelledLine.Print(LabelWidth, label, value);
}
