using System.Globalization;
using System.Text.Json;
using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.Expressions.Queries;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Interpreting;

/// <summary>Numbers that a definition gives or finds; where a path finds it, a text that is a number will do.</summary>
internal static class Numbers
{
    public static int Integer(Sourced<double?> number, Evaluation seeing, int least, int most)
    {
        var (value, found) = Find(number, seeing, least, most);
        return value == Math.Floor(value) ? (int)value : throw number.Wrong(found, "a whole number");
    }

    public static double Real(Sourced<double?> number, Evaluation seeing, double least, double most) => Find(number, seeing, least, most).Value;

    private static (double Value, JsonElement Found) Find(Sourced<double?> number, Evaluation seeing, double least, double most)
    {
        if (number.Literal is { } literal)
            return (literal, default);

        var found = number.Find(seeing);
        double? value = found.ValueKind switch
        {
            JsonValueKind.Number => found.GetDouble(),
            JsonValueKind.String when number.Source is not JsonataText
                && double.TryParse(found.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) => parsed,
            _ => null,
        };
        if (value is not { } given)
            throw number.Wrong(found, "a number");
        return given >= least && given <= most ? (given, found) : throw number.Wrong(found, $"from {least} to {most}");
    }
}
