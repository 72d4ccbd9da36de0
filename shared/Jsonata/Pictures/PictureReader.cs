using System.Collections.Frozen;

namespace Flow.Jsonata.Pictures;

/// <summary>Takes a date-time picture apart.</summary>
internal static class PictureReader
{
    private const int MaxWidthDigits = 3;

    private static readonly string[] Months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
    private static readonly string[] Days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    private static readonly string[] HalfDays = ["am", "pm"];

    /// <summary>How a component is written when its marker does not say it.</summary>
    private static readonly FrozenDictionary<char, string> Presentations = new Dictionary<char, string>
    {
        ['Y'] = "1", ['M'] = "1", ['D'] = "1", ['d'] = "1", ['F'] = "n", ['W'] = "1", ['w'] = "1", ['X'] = "1", ['x'] = "1", ['H'] = "1", ['h'] = "1",
        ['P'] = "n", ['m'] = "01", ['s'] = "01", ['f'] = "1", ['Z'] = "01:01", ['z'] = "01:01", ['C'] = "n", ['E'] = "n",
    }.ToFrozenDictionary();

    /// <summary>Reads a picture.</summary>
    /// <exception cref="JsonataException">D3130 to D3135: it is none.</exception>
    public static IReadOnlyList<PicturePart> Read(string picture)
    {
        var parts = new List<(bool IsMarker, string Text)>();
        var start = 0;
        for (var open = picture.IndexOf('['); open >= 0; open = picture.IndexOf('[', start))
        {
            parts.Add((false, picture[start..open]));
            if (picture.AsSpan(open + 1).StartsWith('['))
            {
                parts.Add((false, "["));
                start = open + 2;
                continue;
            }

            var close = picture.IndexOf(']', open);
            if (close < 0)
                throw new JsonataException("D3135", $"A '[' of the date-time picture '{picture}' is not closed.");
            parts.Add((true, string.Concat(picture[(open + 1)..close].Where(c => !char.IsWhiteSpace(c)))));
            start = close + 1;
        }

        parts.Add((false, picture[start..]));
        return [.. parts.Where(p => p.IsMarker || p.Text.Length > 0).Select(p => p.IsMarker ? Marker(p.Text) : new LiteralPart(p.Text.Replace("]]", "]")))];
    }

    private static PicturePart Marker(string marker)
    {
        if (marker.Length == 0 || !Presentations.TryGetValue(marker[0], out var presentation))
            throw new JsonataException("D3132", $"'[{marker}]' names no component of a date-time picture.");

        var component = marker[0];
        var comma = marker.LastIndexOf(',');
        var (least, most) = comma < 0 ? (null, null) : Widths(marker, marker[(comma + 1)..]);
        var modifier = '\0';
        if ((comma < 0 ? marker[1..] : marker[1..comma]) is { Length: > 0 } given)
        {
            // The last of several characters may say: (a)lphabetic, (t)raditional, (c)ardinal, (o)rdinal.
            modifier = given.Length > 1 && given[^1] is 'a' or 't' or 'c' or 'o' ? given[^1] : '\0';
            presentation = modifier == '\0' ? given : given[..^1];
        }

        if (component is 'C' or 'E')
            return new LiteralPart("ISO");
        if (component is 'Z' or 'z')
            return new OffsetPart(component, OffsetPattern(presentation), modifier == 't');
        if (component is 'P' || presentation[0] is 'n' or 'N')
            return new NamePart(component, Names(component), Case(presentation), most);
        return Integer(component, IntegerFormat.Read(modifier == '\0' ? presentation : $"{presentation};{modifier}"), least, most);
    }

    private static IntegerPart Integer(char component, IntegerFormat number, int? least, int? most)
    {
        var ofDate = component is 'Y' or 'M' or 'D';
        int? digits = ofDate ? most : null;
        var optional = 0;
        if (number is DecimalPattern pattern)
        {
            pattern = pattern.WithMandatoryDigits(digits ?? Math.Max(pattern.MandatoryDigits, least ?? 0));
            optional = pattern.OptionalDigits;
            if (ofDate && digits is null && pattern.MandatoryDigits + optional >= 2)
                digits = pattern.MandatoryDigits + optional;
            number = pattern;
        }

        return new(component, number, component == 'Y' ? digits : null, digits is { } count ? (count - optional, count) : null);
    }

    private static DecimalPattern OffsetPattern(string presentation) =>
        DecimalPattern.TryRead(presentation, ordinal: false) is { } pattern && (pattern.Grouping.Interval > 0 || pattern.MandatoryDigits <= 4)
            ? pattern
            : throw new JsonataException("D3134", $"The offset from UTC has one to four digits, and not the picture '{presentation}'.");

    private static string[] Names(char component) => component switch
    {
        'M' or 'x' => Months,
        'F' => Days,
        'P' => HalfDays,
        _ => throw new JsonataException("D3133", $"Months and days have names, and '{component}' has none."),
    };

    private static LetterCase Case(string presentation) => presentation switch
    {
        ['N', 'n', ..] => LetterCase.Title,
        ['N', ..] => LetterCase.Upper,
        _ => LetterCase.Lower,
    };

    /// <summary>The least and the most characters, as <c>2</c>, <c>2-4</c> or <c>*-3</c>.</summary>
    private static (int? Least, int? Most) Widths(string marker, string text)
    {
        var dash = text.IndexOf('-');
        return dash < 0 ? (Width(text), null) : (Width(text[..dash]), Width(text[(dash + 1)..]));

        int? Width(string width) =>
            width == "*" ? null
            : width.Length <= MaxWidthDigits && ZoneOffset.TryRead(width, out var number) ? number
            : throw new JsonataException("D3132", $"The width in '[{marker}]' is neither '*' nor a number of up to {MaxWidthDigits} digits.");
    }
}
