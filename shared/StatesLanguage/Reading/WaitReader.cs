using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Reading;

/// <summary>Reads a Wait.</summary>
internal static class WaitReader
{
    private static readonly string[] Ways = ["Seconds", "SecondsPath", "Timestamp", "TimestampPath"];

    public static WaitState Read(string name, Fields fields)
    {
        fields.AtMostOne(Ways);
        if (!Ways.Any(fields.Has))
            fields.AddHere(Rules.MissingField, $"A Wait says how long: give it one of {string.Join(", ", Ways)}.");

        var seconds = fields.Integer("Seconds", 0);
        var secondsPath = fields.Path("SecondsPath");
        return StateReader.WithNext(fields, new WaitState
        {
            Name = name,
            Pointer = fields.Pointer,
            InputPath = fields.Selection("InputPath"),
            OutputPath = fields.Selection("OutputPath"),
            Assign = fields.Template("Assign"),
            Seconds = seconds is null && secondsPath is null ? null : new("Seconds", seconds, secondsPath),
            Timestamp = ReadTimestamp(fields),
            TimestampPath = fields.Path("TimestampPath"),
        });
    }

    private static DateTimeOffset? ReadTimestamp(Fields fields)
    {
        if (fields.Text("Timestamp") is not { } text)
            return null;
        if (Timestamps.TryParse(text, out var timestamp))
            return timestamp;
        fields.Add("Timestamp", Rules.InvalidTimestamp, $"'{text}' is not a timestamp: write it as in 2030-01-31T12:00:00Z (RFC 3339, with a real date).");
        return null;
    }
}
