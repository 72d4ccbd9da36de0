using Spectre.Console;

namespace Flow.Cli.Output;

/// <summary>A label and a value beside it.</summary>
internal static class LabelledLine
{
    /// <summary>Prints a value (markup), which may have several lines; nothing when there is none.</summary>
    public static void Print(int labelWidth, string label, string? value)
    {
        if (string.IsNullOrEmpty(value))
            return;
        foreach (var (i, line) in value.Split('\n').Index())
            Terminal.Out.MarkupLine($"[dim]{(i == 0 ? label : "").PadRight(labelWidth)}[/]{line}");
    }
}
