using Flow.Contracts.Api;
using Flow.Monitor.Data;

namespace Flow.Monitor.Queries;

/// <summary>Which runs a list shows; the page's address is its only store.</summary>
/// <param name="Status">Only runs that stand so; null: all.</param>
/// <param name="Workflow">Only runs of this workflow; null: all.</param>
/// <param name="Text">Part of the run's name, of its error or cause, or its whole id; null: all.</param>
/// <param name="Hours">Only runs that started within so many hours; null: all.</param>
/// <param name="Page">Page from 1.</param>
/// <param name="Size">Runs a page, 1 to 200.</param>
public sealed record RunFilter(RunStatus? Status = null, string? Workflow = null, string? Text = null, int? Hours = null, int Page = 1, int Size = RunFilter.DefaultSize)
{
    public const int DefaultSize = 50;
    public const int MaxSize = 200;

    /// <summary>Reads a query string leniently: what cannot be read is as if it were not there, so no old link shows an error.</summary>
    public static RunFilter From(IQueryCollection query) => new(
        Enum.TryParse<RunStatus>(query["status"], ignoreCase: true, out var status) && Enum.IsDefined(status) ? status : null,
        Given(query["workflow"]),
        Given(query["text"]),
        int.TryParse(query["hours"], out var hours) && hours is > 0 and <= 87600 ? hours : null,
        int.TryParse(query["page"], out var page) && page is > 0 and <= 1_000_000 ? page : 1,
        int.TryParse(query["size"], out var size) && size is > 0 and <= MaxSize ? size : DefaultSize);

    /// <summary>Whether it leaves anything out.</summary>
    public bool IsNarrow => Status is not null || Workflow is not null || Text is not null || Hours is not null;

    /// <summary>Address of the list with this filter.</summary>
    public string Address
    {
        get
        {
            var query = new List<string>();
            Add("status", Status?.ToString());
            Add("workflow", Workflow);
            Add("text", Text);
            Add("hours", Hours?.ToString());
            Add("page", Page > 1 ? Page.ToString() : null);
            Add("size", Size != DefaultSize ? Size.ToString() : null);
            return query.Count == 0 ? "/" : "/?" + string.Join('&', query);

            void Add(string name, string? value)
            {
                if (value is not null)
                    query.Add($"{name}={Uri.EscapeDataString(value)}");
            }
        }
    }

    internal IQueryable<RunRow> Apply(IQueryable<RunRow> runs, DateTimeOffset now)
    {
        if (Status is { } status)
            runs = runs.Where(r => r.Status == status);
        if (Workflow is { } workflow)
            runs = runs.Where(r => r.Workflow == workflow);
        if (Hours is { } hours)
        {
            var since = now.AddHours(-hours);
            runs = runs.Where(r => r.StartedAt >= since);
        }

        if (Guid.TryParse(Text, out var id))
            return runs.Where(r => r.RunId == id || r.BatchId == id);
        if (Text is { } text)
        {
            var part = text.ToLowerInvariant();
#pragma warning disable CA1862 // translated to SQL, which knows lower() but no comparison kinds
            runs = runs.Where(r => r.Name!.ToLower().Contains(part) || r.Error!.ToLower().Contains(part) || r.Cause!.ToLower().Contains(part));
#pragma warning restore CA1862
        }

        return runs;
    }

    private static string? Given(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();
}
