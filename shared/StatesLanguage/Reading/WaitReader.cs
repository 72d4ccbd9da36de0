using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Reading;

/// <summary>Reads a Wait.</summary>
internal static class WaitReader
{
    private static readonly string[] Ways = ["Seconds", "SecondsPath", "Timestamp", "TimestampPath"];

    public static WaitState Read(string name, Fields fields)
    {
        var ways = fields.IsJsonata ? Ways.Where(way => Languages.OfOnly(way) is null).ToList() : [.. Ways];
        fields.AtMostOne(ways);
        if (!ways.Exists(fields.Has))
            fields.AddHere(Rules.MissingField, $"A Wait says how long: give it one of {string.Join(", ", ways)}.");

        return StateReader.WithNext(fields, new WaitState
        {
            Name = name,
            Pointer = fields.Pointer,
            Flow = StateReader.Passing(fields),
            Seconds = fields.Integral("Seconds", 0),
            Timestamp = fields.Found("Timestamp", field => ReadTimestamp(fields, field)),
        });
    }

    private static DateTimeOffset? ReadTimestamp(Fields fields, string field)
    {
        if (fields.Text(field) is not { } text)
            return null;
        if (Timestamps.TryParse(text, out var timestamp))
            return timestamp;
        fields.Add(field, Rules.InvalidTimestamp, $"'{text}' is not a timestamp: write it as in 2030-01-31T12:00:00Z (RFC 3339, with a real date).");
        return null;
    }
}
