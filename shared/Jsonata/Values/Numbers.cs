namespace Flow.Jsonata.Values;

/// <summary>Numbers as objects; the small whole ones are kept.</summary>
internal static class Numbers
{
    private const int Least = -16;
    private const int Most = 1024;

    private static readonly object[] Small = [.. Enumerable.Range(Least, Most - Least + 1).Select(n => (object)(double)n)];

    public static object Box(double number) => number >= Least && number <= Most && number == Math.Floor(number) && !(number == 0 && double.IsNegative(number))
        ? Small[(int)number - Least]
        : number;

    /// <summary>Whether it is a finite number.</summary>
    /// <exception cref="JsonataException">D1001: it is a number, but out of range.</exception>
    public static bool Is(object? value, out double number)
    {
        number = value is double found ? found : double.NaN;
        if (double.IsInfinity(number))
            throw new JsonataException("D1001", "The number is out of range.");
        return !double.IsNaN(number);
    }

    public static bool IsWhole(object? value, out double number) => Is(value, out number) && number == Math.Floor(number);
}
