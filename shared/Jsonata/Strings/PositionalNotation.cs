using System.Globalization;
using System.Numerics;
using Flow.Jsonata.Pictures;

namespace Flow.Jsonata.Strings;

/// <summary>Integers in any base from 2 to 36.</summary>
internal static class PositionalNotation
{
    private const string Digits = "0123456789abcdefghijklmnopqrstuvwxyz";

    /// <summary>Writes a number that is an integer.</summary>
    public static string Format(double integer, int radix)
    {
        var rest = BigInteger.Parse("0" + DecimalDigits.Of(integer).Integer, CultureInfo.InvariantCulture);
        var digits = new Stack<char>();
        do
        {
            digits.Push(Digits[(int)(rest % radix)]);
            rest /= radix;
        }
        while (rest > 0);
        return (integer < 0 ? "-" : "") + string.Concat(digits);
    }
}
