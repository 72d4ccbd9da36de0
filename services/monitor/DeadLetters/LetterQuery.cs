using System.Globalization;
using Flow.Contracts.Api;

namespace Flow.Monitor.DeadLetters;

/// <summary>A filter of dead letters in the query of an address.</summary>
internal static class LetterQuery
{
    /// <summary>Reads it; answers what is wrong with it, for people.</summary>
    public static string? Read(IQueryCollection query, out DeadLetterFilter filter)
    {
        var faults = new List<string>();
        filter = new()
        {
            Status = OneOf<DeadLetterStatus>("status"),
            Kind = OneOf<DeadLetterKind>("kind"),
            Queue = Given("queue"),
            Workflow = Given("workflow"),
            Node = Given("node"),
            Fingerprint = Given("fingerprint"),
            RunId = Given("runId") is not { } run ? null : Guid.TryParse(run, out var id) ? id : Wrong<Guid>("runId", run, "the id of a run"),
            From = Moment("from"),
            To = Moment("to"),
            Text = Given("text"),
        };
        return faults.Count == 0 ? null : faults[0];

        string? Given(string name) => string.IsNullOrWhiteSpace(query[name]) ? null : query[name].ToString().Trim();

        T? OneOf<T>(string name)
            where T : struct, Enum =>
            Given(name) is not { } text ? null : Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : Wrong<T>(name, text, "one of " + string.Join(", ", Enum.GetNames<T>()));

        DateTimeOffset? Moment(string name) =>
            Given(name) is not { } text ? null
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment
            : Wrong<DateTimeOffset>(name, text, "a moment like 2026-05-01T12:00:00Z");

        T? Wrong<T>(string name, string text, string expected)
            where T : struct
        {
            faults.Add($"'{name}' is '{text}'; use {expected}.");
            return null;
        }
    }

    /// <summary>The query of a filter, with its question mark; empty when it leaves nothing out.</summary>
    public static string Text(DeadLetterFilter filter, params (string Name, string? Value)[] more)
    {
        (string Name, string? Value)[] parts =
        [
            ("status", filter.Status?.ToString()), ("kind", filter.Kind?.ToString()), ("queue", filter.Queue), ("workflow", filter.Workflow), ("node", filter.Node), ("fingerprint", filter.Fingerprint),
            ("runId", filter.RunId?.ToString()), ("from", Text(filter.From)), ("to", Text(filter.To)), ("text", filter.Text), .. more,
        ];
        var query = string.Join('&', parts.Where(p => p.Value is not null).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}"));
        return query.Length == 0 ? "" : "?" + query;
    }

    private static string? Text(DateTimeOffset? moment) => moment?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
}
