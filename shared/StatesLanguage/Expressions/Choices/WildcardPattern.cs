namespace Flow.StatesLanguage.Expressions.Choices;

/// <summary>The pattern of StringMatches: <c>*</c> stands for any characters, none included; <c>\*</c> for a star and <c>\\</c> for a backslash.</summary>
internal sealed class WildcardPattern
{
    /// <summary>The texts between the stars.</summary>
    private readonly List<string> _parts = [];

    public WildcardPattern(string pattern)
    {
        var part = new System.Text.StringBuilder();
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '*')
            {
                _parts.Add(part.ToString());
                part.Clear();
                continue;
            }

            if (pattern[i] == '\\' && i + 1 < pattern.Length && pattern[i + 1] is '*' or '\\')
                i++;
            part.Append(pattern[i]);
        }

        _parts.Add(part.ToString());
    }

    /// <summary>Whether the whole text matches. What stands between two stars is found as early as possible, so nothing is tried twice.</summary>
    public bool Matches(string text)
    {
        if (_parts is [var whole])
            return text.Equals(whole, StringComparison.Ordinal);
        if (!text.StartsWith(_parts[0], StringComparison.Ordinal))
            return false;

        var position = _parts[0].Length;
        foreach (var part in _parts[1..^1])
        {
            var found = text.IndexOf(part, position, StringComparison.Ordinal);
            if (found < 0)
                return false;
            position = found + part.Length;
        }

        return text.Length - position >= _parts[^1].Length && text.EndsWith(_parts[^1], StringComparison.Ordinal);
    }
}
