using Spectre.Console;

namespace Flow.Cli.Output;

/// <summary>A plain table: no lines, one space-separated row a thing, so that it can be read, copied and piped. Cells are Spectre markup.</summary>
internal sealed class PlainTable
{
    private readonly Table _table = new Table().NoBorder();

    /// <param name="headers">Headers in order; one that begins with '>' is of numbers and is right-aligned.</param>
    public PlainTable(params string[] headers)
    {
        foreach (var header in headers)
        {
            var column = new TableColumn($"[dim]{header.TrimStart('>')}[/]") { NoWrap = true, Padding = new Padding(0, 0, 2, 0) };
            _table.AddColumn(header.StartsWith('>') ? column.RightAligned() : column);
        }
    }

    public PlainTable Row(params string[] cells)
    {
        _table.AddRow(cells);
        return this;
    }

    public void Print() => Terminal.Out.Write(_table);
}
