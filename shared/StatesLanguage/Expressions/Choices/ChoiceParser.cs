using System.Text.Json;
using Flow.StatesLanguage.Reading;

namespace Flow.StatesLanguage.Expressions.Choices;

/// <summary>Reads the rules of a Choice.</summary>
internal sealed class ChoiceParser(ICollection<Finding> findings)
{
    /// <summary>Reads a rule.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="pointer">Where it stands.</param>
    /// <param name="isEntry">Whether it is an entry of Choices, and not a part of another rule.</param>
    public ChoiceRule? Parse(JsonElement rule, string pointer, bool isEntry = false)
    {
        if (rule.ValueKind != JsonValueKind.Object)
            return Refuse(pointer, Rules.WrongType, "A rule must be an object.");

        var operators = rule.EnumerateObject().Where(m => IsOperator(m.Name)).ToList();
        foreach (var name in rule.EnumerateObject().Select(m => m.Name).Where(n => !IsOperator(n) && !IsKnown(n, isEntry)))
            Refuse(Json.Step(pointer, name), Rules.UnknownField, UnknownField(name));

        return operators switch
        {
            [] => Refuse(pointer, Rules.MissingField, "The rule has no operator: give it one such as 'StringEquals', 'IsPresent' or 'And'."),
            [var only] => Parse(rule, only, pointer),
            [var first, var second, ..] => Refuse(
                Json.Step(pointer, second.Name), Rules.ExclusiveFields, $"The rule has the operators '{first.Name}' and '{second.Name}': keep one, or join two rules with 'And'."),
        };
    }

    private static bool IsOperator(string name) =>
        name is "And" or "Or" or "Not" or "IsPresent" or "StringMatches" || Operator.ByName.ContainsKey(name) || PathForm(name) is not null;

    private static bool IsKnown(string name, bool isEntry) => name is "Variable" or "Comment" || (isEntry && name is "Next" or "Assign");

    private static Operator? PathForm(string name) =>
        name.EndsWith("Path", StringComparison.Ordinal) && Operator.ByName.TryGetValue(name[..^4], out var form) && form.HasPathForm ? form : null;

    private static string UnknownField(string name) => name switch
    {
        "Next" or "Assign" => $"'{name}' is allowed in the entry of Choices only, not in a rule within it.",
        "Condition" or "Output" => $"'{name}' needs the query language JSONata.",
        _ => $"A rule has no field and no operator '{name}'.",
    };

    private ChoiceRule? Parse(JsonElement rule, JsonProperty @operator, string pointer)
    {
        var place = Json.Step(pointer, @operator.Name);
        if (@operator.Name is "And" or "Or" or "Not")
        {
            if (rule.TryGetProperty("Variable", out _))
                return Refuse(Json.Step(pointer, "Variable"), Rules.ExclusiveFields, $"'Variable' and '{@operator.Name}' exclude each other.");
            return @operator.Name == "Not" ? ParseNot(@operator.Value, place) : ParseJunction(@operator, place);
        }

        if (!rule.TryGetProperty("Variable", out var variable))
            return Refuse(pointer, Rules.MissingField, $"'Variable' is missing: '{@operator.Name}' needs a value to look at.");
        return ParsePath(variable, Json.Step(pointer, "Variable"), "Variable") is { } path ? ParseComparison(path, @operator, place) : null;
    }

    private NotRule? ParseNot(JsonElement value, string place) => Parse(value, place) is { } negated ? new(negated) : null;

    private ChoiceRule? ParseJunction(JsonProperty junction, string place)
    {
        if (junction.Value.ValueKind != JsonValueKind.Array || junction.Value.GetArrayLength() == 0)
            return Refuse(place, Rules.WrongType, $"'{junction.Name}' must be an array of one rule at least.");

        var rules = junction.Value.EnumerateArray().Select((rule, index) => Parse(rule, Json.Step(place, index))).ToList();
        var sound = rules.OfType<ChoiceRule>().ToList();
        if (sound.Count < rules.Count)
            return null;
        return junction.Name == "And" ? new AndRule(sound) : new OrRule(sound);
    }

    private ChoiceRule? ParseComparison(JsonPath variable, JsonProperty comparison, string place)
    {
        var operand = comparison.Value;
        if (PathForm(comparison.Name) is { } form)
            return ParsePath(operand, place, comparison.Name) is { } other ? new PathRule(variable, other, form.Compares) : null;

        var (takes, wanted) = comparison.Name switch
        {
            "IsPresent" => (DataTypes.IsBoolean, "true or false"),
            "StringMatches" => (DataTypes.IsString, "a string"),
            var name => (Operator.ByName[name].Takes, Operator.ByName[name].Operand),
        };
        if (!takes(operand))
        {
            var rule = operand.ValueKind == JsonValueKind.String && comparison.Name.StartsWith("Timestamp", StringComparison.Ordinal) ? Rules.InvalidTimestamp : Rules.WrongType;
            return Refuse(place, rule, $"'{comparison.Name}' must be {wanted}.");
        }

        switch (comparison.Name)
        {
            case "IsPresent":
                return new PresenceRule(variable, operand.GetBoolean());
            case "StringMatches":
                var pattern = new WildcardPattern(operand.GetString()!);
                return new ValueRule(variable, value => DataTypes.IsString(value) && pattern.Matches(value.GetString()!));
            default:
                var compares = Operator.ByName[comparison.Name].Compares;
                return new ValueRule(variable, value => compares(value, operand));
        }
    }

    private JsonPath? ParsePath(JsonElement value, string place, string field)
    {
        var error = "it is no text.";
        if (value.ValueKind == JsonValueKind.String && JsonPath.TryParse(value.GetString()!, out var path, out error))
            return path;
        Refuse(place, Rules.InvalidPath, $"'{field}' must be a path: {error}");
        return null;
    }

    private ChoiceRule? Refuse(string pointer, string rule, string message)
    {
        findings.Add(new(pointer, rule, message));
        return null;
    }
}
