using Flow.Contracts.Api;

namespace Flow.Cli.Output;

/// <summary>Work items of a run, one a line.</summary>
internal static class WorkItemPrinter
{
    public static void Print(Page<RunWorkItem> page, Guid runId)
    {
        if (page.Items.Count == 0)
        {
            Terminal.Note("No such work items.");
            return;
        }

        var now = TimeProvider.System.GetUtcNow();
        var table = new PlainTable("status", "node", ">attempt", "in", "at", ">since", ">due", "error");
        foreach (var item in page.Items)
        {
            table.Row(
                Status(item.Status),
                Words.Text(item.Node),
                Words.Number(item.Attempt),
                item.ScopeId == runId ? "" : RunReference.Short(item.ScopeId),
                Words.Text(item.WorkerId ?? (item.WaitsForToken ? "token" : item.Queue)),
                (item.EndedAt ?? item.StartedAt ?? item.ScheduledAt) is { } since ? Words.Ago(since, now) : "",
                item.DueAt is { } due ? Words.Ago(due, now) : "",
                Words.Text(item.Error));
        }

        table.Print();
        if (page.Next is not null)
            Terminal.Note($"There are more: add --cursor {page.Next}");
    }

    private static string Status(WorkItemStatus status) => status switch
    {
        WorkItemStatus.Completed => $"[green]{status}[/]",
        WorkItemStatus.Failed or WorkItemStatus.PermanentlyFailed => $"[red]{status}[/]",
        WorkItemStatus.Cancelled or WorkItemStatus.WaitingRetry => $"[yellow]{status}[/]",
        _ => $"[blue]{status}[/]",
    };
}
