using System.Text.Json;
using Flow.Contracts.Api;

namespace Flow.Cli.Output;

/// <summary>The test of a node: the data step by step, then what came of it.</summary>
internal static class NodeTestPrinter
{
    private const int LabelWidth = 28;
    private const int LongestLine = 90;
    private const string ErrorDetails = "errorDetails";

    public static void Print(NodeTestResult result)
    {
        JsonElement? last = null;
        foreach (var (step, value) in result.InspectionData ?? new Dictionary<string, JsonElement>())
        {
            if (step == ErrorDetails)
                continue;
            Line(step, last is { } before && JsonElement.DeepEquals(before, value) ? "[dim]as before[/]" : Shown(value));
            last = value;
        }

        Line("status", Status(result.Status));
        Line("error", result.Error is null ? null : $"[red]{Words.Text(result.Error)}[/]");
        Line("cause", Words.Text(result.Cause));
        Line("at", result.Error is null && result.Cause is null ? null : Place(result.Location is null ? result.Pointer : $"{result.Pointer}/{result.Location}"));
        if (result.InspectionData?.TryGetValue(ErrorDetails, out var details) == true)
            PrintErrorDetails(result.Pointer, details);
        Line("output", result.Output.ValueKind == JsonValueKind.Undefined ? null : Shown(result.Output));
        Line("next", Words.Text(result.NextNode ?? (result.Status == NodeTestStatus.Succeeded ? "(end)" : null)));
        if (result.Trace is { } trace)
            Print(trace);
    }

    private static void PrintErrorDetails(string pointer, JsonElement details)
    {
        if (details.TryGetProperty("retryIndex", out var retrier))
            Line("retried by", $"{Place($"{pointer}/Retry/{retrier}")}, in {Words.Duration(TimeSpan.FromSeconds(details.GetProperty("retryBackoffIntervalSeconds").GetDouble()))}");
        if (details.TryGetProperty("catchIndex", out var catcher))
            Line("caught by", Place($"{pointer}/Catch/{catcher}"));
    }

    private static void Print(NodeTestTrace trace)
    {
        if (trace.WorkItem is { } item)
        {
            Line("work item", Words.Text($"{item.Resource}, attempt {item.Attempt}{Seconds("timeout", item.TimeoutSeconds)}{Seconds("heartbeat", item.HeartbeatSeconds)}"));
            Line("its input", Shown(item.Input));
        }

        foreach (var (index, scope) in (trace.Scopes ?? []).Index())
            Line($"scope {index}", $"[dim]{Words.Text(scope.Machine)}[/] {Shown(scope.Input)}");
        Line("waits until", trace.WaitUntil is { } end ? $"{end:yyyy-MM-dd HH:mm:ss}Z" : null);
    }

    private static string Seconds(string name, int? seconds) => seconds is null ? "" : $", {name} {seconds} s";

    private static string Place(string pointer) => Words.Text(pointer.Length == 0 ? "(the state)" : pointer);

    private static string Shown(JsonElement value) =>
        Words.Text(Terminal.OneLine(value) is { Length: <= LongestLine } line ? line : Terminal.Indented(value));

    private static string Status(NodeTestStatus status) => status switch
    {
        NodeTestStatus.Succeeded => $"[green]{status}[/]",
        NodeTestStatus.Failed => $"[red]{status}[/]",
        _ => $"[yellow]{status}[/]",
    };

    private static void Line(string label, string? value) => LabelledLine.Print(LabelWidth, label, value);
}
