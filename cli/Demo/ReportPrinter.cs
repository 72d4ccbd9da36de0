using Flow.Cli.Output;
using Spectre.Console;

namespace Flow.Cli.Demo;

/// <summary>The demo's report for people.</summary>
internal static class ReportPrinter
{
    public static void Print(DigestReport report, RunProgress progress, TimeSpan took)
    {
        var console = Terminal.Out;
        console.WriteLine();
        console.MarkupLine($"[bold]Report on {Words.Text(report.Directory)}[/]");
        var more = report.LeftOut > 0 ? $" (and {Words.Number(report.LeftOut)} more left out: raise --files)" : "";
        console.WriteLine($"{Words.Number(report.Files)} text files{more}, {Words.Number(report.Bytes)} bytes, {Words.Number(report.Lines)} lines, {Words.Number(report.Words)} words");

        console.WriteLine();
        console.MarkupLine("[bold]Largest files[/]");
        var largest = new PlainTable(">bytes", ">lines", ">words", "sha256", "file");
        foreach (var file in report.Largest)
            largest.Row(Words.Number(file.Bytes), Words.Number(file.Lines), Words.Number(file.Words), file.Sha256[..12], Words.Text(file.Path));
        largest.Print();

        console.WriteLine();
        console.MarkupLine("[bold]Duplicates[/]");
        if (report.Duplicates.Count == 0)
            console.WriteLine("none");
        foreach (var set in report.Duplicates)
            console.MarkupLine($"{set.Sha256[..12]}  {Words.Number(set.Bytes)} bytes each: {Words.Text(string.Join(", ", set.Paths))}");

        console.WriteLine();
        console.MarkupLine("[bold]Time per node[/]");
        var times = new PlainTable("node", ">times", ">mean", ">longest", ">failed attempts");
        foreach (var node in progress.Nodes.Where(node => node.Done > 0))
            times.Row(Words.Text(node.Node), Words.Number(node.Done), Words.Duration(node.Total / node.Done), Words.Duration(node.Longest), Words.Number(node.FailedAttempts));
        times.Print();

        console.WriteLine();
        console.MarkupLine($"[green]Succeeded[/] in {Words.Duration(took)}.");
    }
}
