namespace Flow.Jsonata.Pictures;

/// <summary>A piece of a date-time picture.</summary>
internal abstract record PicturePart
{
    public abstract string Format(CivilTime time, ZoneOffset offset);
}

/// <summary>Text that stands for itself.</summary>
internal sealed record LiteralPart(string Text) : PicturePart
{
    public override string Format(CivilTime time, ZoneOffset offset) => Text;
}

/// <summary>A component in brackets.</summary>
/// <param name="Component">Its letter.</param>
internal abstract record MarkerPart(char Component) : PicturePart
{
    /// <summary>Whether the character can be part of the component's text.</summary>
    public abstract bool Uses(char character);

    /// <summary>The component's value; null: the text is none.</summary>
    public abstract double? Read(string text);
}

/// <summary>A component that is written as an integer.</summary>
/// <param name="Component">Its letter.</param>
/// <param name="Number">How.</param>
/// <param name="YearDigits">Of a year so many digits from the end are written; null: all.</param>
/// <param name="ReadDigits">How many digits are read; null: any number.</param>
internal sealed record IntegerPart(char Component, IntegerFormat Number, int? YearDigits, (int Least, int Most)? ReadDigits) : MarkerPart(Component)
{
    public override string Format(CivilTime time, ZoneOffset offset)
    {
        var value = time[Component];
        if (YearDigits is { } digits and < 10)
            value %= (long)Math.Pow(10, digits);
        var text = Number.Format(Math.Abs(value));
        return value < 0 ? "-" + text : text;
    }

    public override bool Uses(char character) => Number.Uses(character);

    public override double? Read(string text)
    {
        if (Number is DecimalPattern pattern && ReadDigits is var (least, most) && (text.Count(pattern.IsDigit) < least || text.Count(pattern.IsDigit) > most))
            return null;
        if (Component == 'f' && Number is DecimalPattern)
            return Number.Parse(text.Length > 3 ? text[..3] : text.PadRight(3, '0'));
        return Number.Parse(text);
    }
}

/// <summary>A component that is written as a name.</summary>
/// <param name="Component">Its letter.</param>
/// <param name="Names">The names, in title case; the first has the value 1.</param>
/// <param name="LetterCase">Their case.</param>
/// <param name="Width">How many letters are written; null: all.</param>
internal sealed record NamePart(char Component, IReadOnlyList<string> Names, LetterCase LetterCase, int? Width) : MarkerPart(Component)
{
    public override string Format(CivilTime time, ZoneOffset offset) => LetterCase.Apply(Shorten(Names[(int)time[Component] - 1]));

    public override bool Uses(char character) => char.IsAsciiLetter(character);

    public override double? Read(string text)
    {
        for (var i = 0; i < Names.Count; i++)
        {
            if (Shorten(Names[i]).Equals(text, StringComparison.OrdinalIgnoreCase))
                return i + 1;
        }

        return null;
    }

    private string Shorten(string name) => Width < name.Length ? name[..Width.Value] : name;
}

/// <summary>The offset from UTC.</summary>
/// <param name="Component"><c>z</c>: with GMT before it.</param>
/// <param name="Pattern">Its digits.</param>
/// <param name="Zulu">Whether UTC is written as <c>Z</c>.</param>
internal sealed record OffsetPart(char Component, DecimalPattern Pattern, bool Zulu) : MarkerPart(Component)
{
    private string Prefix => Component == 'z' ? "GMT" : "";

    public override string Format(CivilTime time, ZoneOffset offset) => Zulu && offset.Minutes == 0 ? "Z" : Prefix + offset.Format(Pattern);

    public override bool Uses(char character) =>
        char.IsAsciiDigit(character) || character is '+' or '-' or ':' || Pattern.Grouping.Contains(character) || (Zulu && character is 'Z') || Prefix.Contains(character);

    /// <summary>The offset in minutes.</summary>
    public override double? Read(string text)
    {
        if (Zulu && text is "Z")
            return 0;
        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || text.AsSpan(Prefix.Length) is not [('+' or '-') and var sign, .. var digits])
            return null;

        var separatorAt = digits.IndexOfAnyExceptInRange('0', '9');
        var separated = separatorAt >= 0;
        var hoursEnd = separated ? separatorAt : digits.Length > 2 ? digits.Length - 2 : digits.Length;
        var rest = digits[(separated ? separatorAt + 1 : hoursEnd)..];
        var minutes = 0;
        return ZoneOffset.TryRead(digits[..hoursEnd], out var hours) && (ZoneOffset.TryRead(rest, out minutes) || (rest.IsEmpty && !separated))
            ? ZoneOffset.Of(sign, hours, minutes).Minutes
            : null;
    }
}
