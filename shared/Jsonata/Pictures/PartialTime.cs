namespace Flow.Jsonata.Pictures;

/// <summary>Some components of a moment, from which the moment is made.</summary>
internal sealed class PartialTime
{
    private readonly IReadOnlyDictionary<char, double> _known;
    private readonly CivilTime _now;
    private readonly Dictionary<char, double> _values = [];

    public PartialTime(IReadOnlyDictionary<char, double> known, DateTimeOffset now)
    {
        _known = known;
        _now = new(now.ToUnixTimeMilliseconds());
    }

    private bool DateIsWithin(string components) => _known.Keys.Intersect("YMDdXWxw").All(components.Contains);

    /// <summary>The moment; null: it is out of range.</summary>
    /// <exception cref="JsonataException">D3136: a component is missing between others, or a week is given.</exception>
    public long? ToMillis()
    {
        var byDayOfYear = !DateIsWithin("YMD") && DateIsWithin("Yd");
        if (!DateIsWithin("YMD") && (DateIsWithin("XW") || DateIsWithin("Xxw")))
            throw Underspecified("weeks are not supported");

        var byHalfDay = !_known.ContainsKey('H') && (_known.ContainsKey('P') || _known.ContainsKey('h'));
        FillIn((byDayOfYear ? "Yd" : "YMD") + (byHalfDay ? "Phmsf" : "Hmsf"));

        // As in JavaScript, two digits of a year are of the 20th century.
        var year = _values['Y'] is >= 0 and <= 99 ? _values['Y'] + 1900 : _values['Y'];
        var days = byDayOfYear ? CivilTime.DaysOf(year, 1, _values['d']) : CivilTime.DaysOf(year, Math.Max(_values['M'], 1), _values['D']);
        var hour = byHalfDay ? (_values['h'] % 12) + (_values['P'] == 2 ? 12 : 0) : _values['H'];
        var offset = _known.TryGetValue('Z', out var minutes) || _known.TryGetValue('z', out minutes) ? minutes : 0;
        var millis = (days * CivilTime.MillisPerDay) + (hour * 3_600_000) + ((_values['m'] - offset) * 60_000) + (_values['s'] * 1000) + _values['f'];
        return Math.Abs(millis) <= CivilTime.MaxMillis ? (long)millis : null;
    }

    /// <summary>What is greater than the first known component comes from now; what is smaller than the last is the least there is; nothing may be missing in between.</summary>
    private void FillIn(string components)
    {
        var (began, ended) = (false, false);
        foreach (var component in components)
        {
            if (_known.TryGetValue(component, out var value))
            {
                if (ended)
                    throw Underspecified($"'{component}' is given, and a greater component is not");
                began = true;
            }
            else
            {
                ended |= began;
                value = !began ? _now[component] : component is 'M' or 'D' or 'd' ? 1 : 0;
            }

            _values[component] = value;
        }
    }

    private static JsonataException Underspecified(string reason) => new("D3136", $"The date-time picture is not enough to make a timestamp of the text: {reason}.", token: "toMillis");
}
