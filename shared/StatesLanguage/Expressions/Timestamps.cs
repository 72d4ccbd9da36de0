namespace Flow.StatesLanguage.Expressions;

/// <summary>The language's timestamps: RFC 3339 with a capital T, seconds, and either Z or an offset.</summary>
internal static class Timestamps
{
    /// <summary>Reads a timestamp; false when the text has another form or names no real date.</summary>
    public static bool TryParse(string text, out DateTimeOffset timestamp) => throw new NotImplementedException();
}
