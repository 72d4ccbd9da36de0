using System.CommandLine;
using Flow.Contracts.Api;

namespace Flow.Cli;

/// <summary>A list that the server gives in pages of any size, read until as many items are there as were asked for.</summary>
internal static class LongList
{
    private const int MostItems = 100_000;
    private const int MaxPageSize = 500;

    public static Option<int> Limit(string what) => new("--limit", "-n")
    {
        Description = $"How many {what}, at most {MostItems}",
        DefaultValueFactory = _ => 100,
        CustomParser = Values.Whole(1, MostItems),
    };

    public static Option<string?> Cursor() => new("--cursor") { Description = "Go on where a list ended: its 'next'" };

    public static async Task<Page<T>> ReadAsync<T>(Func<int, string?, Task<Page<T>>> read, int limit, string? cursor)
    {
        var items = new List<T>();
        do
        {
            var page = await read(Math.Min(limit - items.Count, MaxPageSize), cursor);
            items.AddRange(page.Items);
            cursor = page.Next;
        }
        while (cursor is not null && items.Count < limit);
        return new(items, cursor);
    }
}
