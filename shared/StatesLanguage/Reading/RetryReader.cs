using System.Text.Json;
using Flow.StatesLanguage.Expressions.Queries;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Reading;

/// <summary>Reads Retry and Catch.</summary>
internal static class RetryReader
{
    private const string All = "States.ALL";

    public static IReadOnlyList<Retrier> ReadRetry(Fields fields) => ReadEntries(fields, "Retry", (entry, isLast) =>
    {
        var retrier = new Retrier(
            ReadErrors(entry, isLast),
            entry.Integer("IntervalSeconds", 0) ?? 1,
            entry.Integer("MaxAttempts", 0) ?? 3,
            entry.Real("BackoffRate", 1, double.MaxValue) ?? 2,
            entry.Integer("MaxDelaySeconds", 1, Retrier.LongestDelaySeconds),
            ReadJitter(entry));
        entry.Text("Comment");
        entry.RefuseOthers("An entry of Retry");
        return retrier;
    });

    public static IReadOnlyList<Catcher> ReadCatch(Fields fields) => ReadEntries(fields, "Catch", (entry, isLast) =>
    {
        var catcher = new Catcher(
            ReadErrors(entry, isLast),
            entry.RequiredText("Next") ?? "",
            entry.IsJsonata ? Placement.Whole : entry.Placement("ResultPath"),
            StateReader.Assigned(entry, Outcome.Error),
            entry.IsJsonata ? entry.Template("Output", Outcome.Error) : null);
        entry.Text("Comment");
        entry.RefuseOthers("An entry of Catch");
        return entry.Has("Next") ? catcher : null;
    });

    private static List<T> ReadEntries<T>(Fields fields, string field, Func<Fields, bool, T?> read)
        where T : class
    {
        var entries = new List<T>();
        if (fields.Value(field, JsonValueKind.Array) is not { } array)
            return entries;

        var last = array.GetArrayLength() - 1;
        foreach (var (index, entry) in array.EnumerateArray().Index())
        {
            var pointer = Json.Step(fields.PointerTo(field), index);
            if (entry.ValueKind != JsonValueKind.Object)
                fields.Findings.Add(new(pointer, Rules.WrongType, $"An entry of {field} must be an object, but is {Fields.NameOf(entry.ValueKind)}."));
            else if (read(new(entry, pointer, fields.Findings, fields.Language), index == last) is { } value)
                entries.Add(value);
        }

        return entries;
    }

    private static List<string> ReadErrors(Fields entry, bool isLast)
    {
        if (!entry.Has("ErrorEquals"))
            entry.Missing("ErrorEquals");
        if (entry.Value("ErrorEquals", JsonValueKind.Array) is not { } names)
            return [];

        var errors = new List<string>();
        foreach (var (index, name) in names.EnumerateArray().Index())
        {
            var place = Json.Step(entry.PointerTo("ErrorEquals"), index);
            if (name.ValueKind == JsonValueKind.String)
                errors.Add(name.GetString()!);
            else
                entry.Findings.Add(new(place, Rules.WrongType, $"The name of an error must be a string, but is {Fields.NameOf(name.ValueKind)}."));
        }

        if (names.GetArrayLength() == 0)
            entry.Add("ErrorEquals", Rules.InvalidErrorEquals, $"'ErrorEquals' is empty: name the errors, or use {All}.");
        if (errors.Contains(All) && errors.Count > 1)
            entry.Add("ErrorEquals", Rules.InvalidErrorEquals, $"{All} stands for every error and must be alone in its 'ErrorEquals'.");
        else if (errors.Contains(All) && !isLast)
            entry.Add("ErrorEquals", Rules.InvalidErrorEquals, $"{All} stands for every error: its entry must be the last, as those after it would never be asked.");
        return errors;
    }

    private static bool ReadJitter(Fields entry)
    {
        var text = entry.Text("JitterStrategy");
        if (text is not (null or "FULL" or "NONE"))
            entry.Add("JitterStrategy", Rules.OutOfRange, $"'{text}' is not a jitter strategy: use FULL or NONE.");
        return text == "FULL";
    }
}
