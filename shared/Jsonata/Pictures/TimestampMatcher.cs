using System.Diagnostics.CodeAnalysis;

namespace Flow.Jsonata.Pictures;

/// <summary>Finds the components of a picture in a text.</summary>
internal sealed class TimestampMatcher
{
    /// <summary>Longest text of one component.</summary>
    private const int MaxLength = 128;

    /// <summary>Most components of a picture: there are 19 kinds.</summary>
    private const int MaxMarkers = 32;

    /// <summary>Most readings of single components that are tried.</summary>
    private const int MaxAttempts = 100_000;

    private readonly string _text;
    private readonly IReadOnlyList<PicturePart> _parts;
    private readonly HashSet<(int Part, int Position)> _deadEnds = [];
    private readonly Dictionary<char, double> _components = [];
    private int _attempts;

    private TimestampMatcher(string text, IReadOnlyList<PicturePart> parts)
    {
        _text = text;
        _parts = parts;
    }

    /// <summary>The values of the components; null: the text does not follow the picture. Of several ways to read it, the one whose first components are longest.</summary>
    /// <exception cref="JsonataException">D3132: the picture has too many components; U1001: there are too many ways to read the text.</exception>
    public static IReadOnlyDictionary<char, double>? Match(string text, IReadOnlyList<PicturePart> parts)
    {
        if (parts.Count(p => p is MarkerPart) > MaxMarkers)
            throw new JsonataException("D3132", $"A date-time picture has at most {MaxMarkers} components.", token: "toMillis");
        var matcher = new TimestampMatcher(text, parts);
        return matcher.Matches(part: 0, position: 0) ? matcher._components : null;
    }

    private bool Matches(int part, int position)
    {
        for (; part < _parts.Count && _parts[part] is LiteralPart literal; part++)
        {
            if (!_text.AsSpan(position).StartsWith(literal.Text, StringComparison.OrdinalIgnoreCase))
                return false;
            position += literal.Text.Length;
        }

        if (part == _parts.Count)
            return position == _text.Length;
        if (_deadEnds.Contains((part, position)))
            return false;

        var marker = (MarkerPart)_parts[part];
        for (var length = LongestAt(position, marker); length > 0; length--)
        {
            if (++_attempts > MaxAttempts)
                throw new JsonataException("U1001", $"There are too many ways to read the timestamp '{_text[..Math.Min(_text.Length, MaxLength)]}'.", token: "toMillis");
            if (marker.Read(_text.Substring(position, length)) is { } value && Matches(part + 1, position + length))
            {
                _components.TryAdd(marker.Component, value);
                return true;
            }
        }

        _deadEnds.Add((part, position));
        return false;
    }

    private int LongestAt(int position, MarkerPart marker)
    {
        var length = 0;
        while (length < MaxLength && position + length < _text.Length && marker.Uses(_text[position + length]))
            length++;
        return length;
    }
}
