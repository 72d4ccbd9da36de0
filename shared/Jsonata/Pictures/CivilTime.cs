namespace Flow.Jsonata.Pictures;

/// <summary>A moment on the calendar and the clock, in any year: the proleptic Gregorian calendar.</summary>
internal readonly struct CivilTime
{
    public const long MillisPerDay = 24L * 60 * 60 * 1000;

    /// <summary>Furthest milliseconds from the Unix era that a moment may have, 100 million days: JavaScript's bound.</summary>
    public const long MaxMillis = 100_000_000 * MillisPerDay;

    /// <summary>The calendar repeats itself: days and weekdays of any year are those of a year from 2000 to 2399.</summary>
    private const int YearsPerCycle = 400;
    private const int DaysPerCycle = 146_097;
    private static readonly DateOnly Era = new(1970, 1, 1);
    private static readonly DateOnly Cycle = new(2000, 1, 1);

    private readonly DateOnly _date;
    private readonly long _cycles;
    private readonly int _millisOfDay;

    public CivilTime(long millis)
    {
        var days = FloorDivide(millis, MillisPerDay);
        _millisOfDay = (int)(millis - (days * MillisPerDay));
        (_date, _cycles) = DateOf(days);
    }

    /// <summary>The value of a component of date-time pictures that has an integer value.</summary>
    public long this[char component] => component switch
    {
        'Y' => YearOf(_date, _cycles),
        'M' => _date.Month,
        'D' => _date.Day,
        'd' => _date.DayOfYear,
        'F' => Weekday,
        'X' => YearOf(Thursday.Date, Thursday.Cycles),
        'W' => ((Thursday.Date.DayOfYear - 1) / 7) + 1,
        'x' => Thursday.Date.Month,
        'w' => ((Thursday.Date.Day - 1) / 7) + 1,
        'H' => Hour,
        'h' => Hour % 12 == 0 ? 12 : Hour % 12,
        'P' => Hour < 12 ? 1 : 2,
        'm' => _millisOfDay / 60_000 % 60,
        's' => _millisOfDay / 1000 % 60,
        'f' => _millisOfDay % 1000,
        _ => throw new System.Diagnostics.UnreachableException($"Unknown component {component}."),
    };

    private int Hour => _millisOfDay / 3_600_000;

    /// <summary>1, Monday, to 7, Sunday.</summary>
    private int Weekday => _date.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)_date.DayOfWeek;

    /// <summary>The Thursday of the same week: a week belongs to the year and the month in which its Thursday is.</summary>
    private (DateOnly Date, long Cycles) Thursday => DateOf(DaysOf(_date, _cycles) + 4 - Weekday);

    /// <summary>Days from the Unix era to a day, which may be beyond the end of its month, as may the month of its year.</summary>
    public static double DaysOf(double year, double month, double day)
    {
        var years = year + Math.Floor((month - 1) / 12);
        if (!(Math.Abs(years) < 1_000_000 && Math.Abs(month) < 1_000_000))
            return double.NaN;

        var cycles = FloorDivide((long)years - Cycle.Year, YearsPerCycle);
        var first = new DateOnly((int)(years - (cycles * YearsPerCycle)), (int)(month - (12 * Math.Floor((month - 1) / 12))), 1);
        return DaysOf(first, cycles) + day - 1;
    }

    private static long DaysOf(DateOnly date, long cycles) => date.DayNumber - Era.DayNumber + (cycles * DaysPerCycle);

    private static (DateOnly Date, long Cycles) DateOf(long days)
    {
        var sinceCycle = days + Era.DayNumber - Cycle.DayNumber;
        var cycles = FloorDivide(sinceCycle, DaysPerCycle);
        return (Cycle.AddDays((int)(sinceCycle - (cycles * DaysPerCycle))), cycles);
    }

    private static long YearOf(DateOnly date, long cycles) => date.Year + (cycles * YearsPerCycle);

    private static long FloorDivide(long value, long divisor) => (value / divisor) - (value % divisor < 0 ? 1 : 0);
}
