using Spectre.Console;

namespace Flow.Cli.Output;

/// <summary>A table without lines, one row a thing, so that it can be read, copied and piped. Cells are Spectre markup and are never cut.</summary>
internal sealed class PlainTable
{
    private const string Gap = "  ";

    private readonly bool[] _isNumber;
    private readonly List<string[]> _rows = [];

    /// <param name="headers">Headers in order; one that begins with '>' is of numbers and is right-aligned.</param>
    public PlainTable(params string[] headers)
    {
        _isNumber = [.. headers.Select(header => header.StartsWith('>'))];
        _rows.Add([.. headers.Select(header => $"[dim]{header.TrimStart('>')}[/]")]);
    }

    public PlainTable Row(params string[] cells)
    {
        _rows.Add(cells);
        return this;
    }

    public void Print()
    {
        var widths = _isNumber.Select((_, column) => _rows.Max(row => Width(row[column]))).ToArray();
        foreach (var row in _rows)
            Terminal.Out.MarkupLine(string.Join(Gap, row.Select((cell, column) => Padded(cell, widths[column], _isNumber[column]))).TrimEnd());
    }

    private static string Padded(string cell, int width, bool isNumber)
    {
        var padding = new string(' ', width - Width(cell));
        return isNumber ? padding + cell : cell + padding;
    }

    private static int Width(string markup) => Markup.Remove(markup).Length;
}
