namespace Flow.Jsonata.Pictures;

/// <summary>The case in which a picture wants words and names.</summary>
internal enum LetterCase
{
    /// <summary>every letter small</summary>
    Lower,

    /// <summary>EVERY LETTER GREAT</summary>
    Upper,

    /// <summary>The First Letter of Each Word Great</summary>
    Title,
}

internal static class LetterCases
{
    /// <summary>Puts a text that is in title case into the case.</summary>
    public static string Apply(this LetterCase letterCase, string title) => letterCase switch
    {
        LetterCase.Lower => title.ToLowerInvariant(),
        LetterCase.Upper => title.ToUpperInvariant(),
        _ => title,
    };
}
