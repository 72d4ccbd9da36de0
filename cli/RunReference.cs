using System.CommandLine;
using Flow.Client;
using Flow.Contracts.Api;

namespace Flow.Cli;

/// <summary>A run as people name it: its id, or the short form that <c>flow runs</c> shows (the id's last eight digits).</summary>
internal static class RunReference
{
    /// <summary>Short ids are looked for among so many of the newest runs.</summary>
    private const int Searched = 1000;

    private const int ShortLength = 8;
    private const int PageSize = 500;

    public static Argument<string> Argument() => new("run") { Description = $"Id of the run, or its last {ShortLength} digits as 'flow runs' shows them" };

    /// <summary>The last digits of an id: its random part, while the first ones are its time and alike among neighbours.</summary>
    public static string Short(Guid runId) => runId.ToString("N")[^ShortLength..];

    public static async Task<Guid> ResolveAsync(IFlowClient client, string text, CancellationToken cancellationToken)
    {
        if (Guid.TryParse(text, out var id))
            return id;
        if (text.Length < 4 || text.Length > 31 || !text.All(char.IsAsciiHexDigit))
            throw CliException.Usage($"'{text}' is not the id of a run. Copy one from 'flow runs'.");

        var found = new List<RunSummary>();
        var seen = 0;
        string? cursor = null;
        do
        {
            var page = await client.ListRunsAsync(new RunFilter { Limit = PageSize, Cursor = cursor }, cancellationToken);
            found.AddRange(page.Items.Where(run => run.RunId.ToString("N").EndsWith(text, StringComparison.OrdinalIgnoreCase)));
            seen += page.Items.Count;
            cursor = page.Next;
        }
        while (cursor is not null && seen < Searched);

        return found.Count switch
        {
            1 => found[0].RunId,
            0 => throw CliException.Failed($"None of the newest {seen} runs has an id that ends in '{text}'. Give the full id ('flow runs -o json' shows it)."),
            _ => throw CliException.Failed($"{found.Count} runs have an id that ends in '{text}': {string.Join(", ", found.Select(run => run.RunId))}. Give more of it."),
        };
    }
}
