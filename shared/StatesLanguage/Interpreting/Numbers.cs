using System.Globalization;
using System.Text.Json;
using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Interpreting;

/// <summary>Numbers that a definition gives, or names a path to; a text that is a number will do.</summary>
internal static class Numbers
{
    public static int Integer(Number number, Evaluation seeing, int least, int most) =>
        Find(number, seeing, least, most) is var value && value == Math.Floor(value) ? (int)value : throw Wrong(number, seeing, "a whole number");

    public static double Real(Number number, Evaluation seeing, double least, double most) => Find(number, seeing, least, most);

    private static double Find(Number number, Evaluation seeing, double least, double most)
    {
        if (number.Literal is { } literal)
            return literal;

        var found = number.Path!.Evaluate(seeing);
        double? value = found.ValueKind switch
        {
            JsonValueKind.Number => found.GetDouble(),
            JsonValueKind.String when double.TryParse(found.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) => parsed,
            _ => null,
        };
        if (value is not { } given)
            throw Wrong(number, seeing, "a number");
        return given >= least && given <= most ? given : throw Wrong(number, seeing, $"from {least} to {most}");
    }

    private static EvaluationException Wrong(Number number, Evaluation seeing, string wanted) =>
        new(ErrorNames.Runtime, $"{number.Field}Path refers to {number.Path!.Evaluate(seeing).GetRawText()}, which is not {wanted}: {number.Path.Text}.");
}
