using System.Text.Json;
using Flow.StatesLanguage.Expressions;

namespace Flow.StatesLanguage.Tests.Expressions;

/// <summary>What the tests evaluate against.</summary>
internal static class Given
{
    public static readonly Guid Seed = new("6f1c5a0e-2a53-4c1c-9a51-0d0f6b1f7a11");

    public static JsonElement Json(string json) => JsonElement.Parse(json);

    public static Evaluation Evaluation(string input, string variables = """{"count":3,"names":["ada","bob"]}""") =>
        new(Json(input), () => Json("""{"Execution":{"Name":"run-1"},"Map":{"Item":{"Index":4}}}"""), Json(variables), new Randomness(Seed));

    public static JsonPath Path(string text) => JsonPath.TryParse(text, out var path, out var error) ? path : throw new ArgumentException(error, nameof(text));

    /// <summary>The value of an expression as compact JSON, or the name of the error it ends with.</summary>
    public static string Outcome(string expression, string input)
    {
        if (!Expression.TryParse(expression, out var parsed, out _))
            return "refused";
        try
        {
            return JsonText.Compact(parsed.Evaluate(Evaluation(input)));
        }
        catch (EvaluationException exception)
        {
            return exception.Error;
        }
    }
}
