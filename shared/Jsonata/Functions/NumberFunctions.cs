using System.Globalization;
using System.Text.RegularExpressions;
using Flow.Jsonata.Pictures;
using Flow.Jsonata.Strings;
using Flow.Jsonata.Values;
using static Flow.Jsonata.Functions.Library;

namespace Flow.Jsonata.Functions;

/// <summary>Functions of numbers.</summary>
internal static partial class NumberFunctions
{
    /// <summary>No number has digits further from its point.</summary>
    private const int MostDigits = 400;

    public static IReadOnlyList<NativeFunction> All { get; } =
    [
        Of("number", "<(nsb)-:n>", call => ToNumber(call[0]!)),
        Of("abs", "<n-:n>", call => Numbers.Box(Math.Abs(call.Number(0)))),
        Of("floor", "<n-:n>", call => Numbers.Box(Math.Floor(call.Number(0)))),
        Of("ceil", "<n-:n>", call => Numbers.Box(Math.Ceiling(call.Number(0)))),
        Of("round", "<n-n?:n>", call => Numbers.Box(Round(call.Number(0), call.Has(1) ? call.Number(1) : 0))),
        Of("sqrt", "<n-:n>", call => call.Number(0) >= 0
            ? Numbers.Box(Math.Sqrt(call.Number(0)))
            : throw new JsonataException("D3060", $"A negative number ({ValueText.Shown(call[0])}) has no square root.")),
        Of("power", "<n-n:n>", call => Math.Pow(call.Number(0), call.Number(1)) is var power && double.IsFinite(power)
            ? Numbers.Box(power)
            : throw new JsonataException("D3061", $"{ValueText.Shown(call[0])} to the power of {ValueText.Shown(call[1])} is no number that can be held.")),
        Of("formatNumber", "<n-so?:s>", call => Picture(call).Format(call.Number(0))),
        Of("formatBase", "<n-n?:s>", call => FormatBase(call.Number(0), call.Has(1) ? call.Number(1) : 10)),
        Of("formatInteger", "<n-s:s>", call => call.Evaluator.Parsed(call.Text(1), IntegerPicture.Read).Format(call.Number(0))),
        Of("parseInteger", "<s-s:n>", call => call.Evaluator.Parsed(call.Text(1), IntegerPicture.Read).Parse(call.Text(0)) is { } number ? Numbers.Box(number) : null),
    ];

    private static object ToNumber(object value) => value switch
    {
        double => value,
        bool flag => Numbers.Box(flag ? 1 : 0),
        string text when Decimal().IsMatch(text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => Numbers.Box(number),
        string text when Radix().Match(text) is { Success: true } match => Numbers.Box(Whole(match)),
        _ => throw new JsonataException("D3030", $"'{value}' is no number."),
    };

    private static double Whole(Match match)
    {
        var radix = match.Groups[1].Value.ToLowerInvariant() switch { "x" => 16, "o" => 8, _ => 2 };
        return match.Groups[2].Value.Aggregate(0.0, (sum, digit) => (sum * radix) + Convert.ToInt32(digit.ToString(), 16));
    }

    /// <summary>Halves are rounded to the even neighbour, on the decimal digits the number shows.</summary>
    private static double Round(double number, double digits)
    {
        if (!double.IsFinite(number))
            return number;
        var rounded = DecimalDigits.Of(number).Round((int)Math.Clamp(digits, -MostDigits, MostDigits)).Magnitude;
        return number < 0 && rounded > 0 ? -rounded : rounded;
    }

    private static string FormatBase(double number, double radix) => Math.Floor(radix) is >= 2 and <= 36
        ? PositionalNotation.Format(Round(number, 0), (int)radix)
        : throw new JsonataException("D3100", $"The base must be from 2 to 36, but is {ValueText.Shown(radix)}.");

    private static NumberPicture Picture(Invocation call) => call[2] is ObjectValue options
        ? NumberPicture.Read(call.Text(1), options.Members.ToDictionary(m => m.Key, m => ValueText.Of(m.Value, call.Evaluator.Budget), StringComparer.Ordinal))
        : call.Evaluator.Parsed(call.Text(1), text => NumberPicture.Read(text, options: null));

    [GeneratedRegex(@"\A-?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Decimal();

    [GeneratedRegex(@"\A0([xX](?=[0-9A-Fa-f]+\z)|[oO](?=[0-7]+\z)|[bB](?=[01]+\z))([0-9A-Fa-f]+)\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Radix();
}
