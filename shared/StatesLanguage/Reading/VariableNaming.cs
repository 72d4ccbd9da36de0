using System.Text.Json;

namespace Flow.StatesLanguage.Reading;

/// <summary>What variables may be called: as identifiers of Unicode (UAX 31), up to 80 characters, and not <c>states</c>, which is the language's own.</summary>
internal static class VariableNaming
{
    private const int MaxLength = 80;

    /// <summary>Checks the names that Assign gives; false when it is no object.</summary>
    public static bool Check(Fields fields)
    {
        if (fields.Value("Assign", JsonValueKind.Object) is not { } assigned)
            return !fields.Has("Assign");
        foreach (var name in assigned.EnumerateObject().Select(m => m.Name))
        {
            var variable = !fields.IsJsonata && name.EndsWith(".$", StringComparison.Ordinal) ? name[..^2] : name;
            if (variable == "states")
                fields.Findings.Add(new(Json.Step(fields.PointerTo("Assign"), name), Rules.InvalidName, "'states' is not free: $states is the language's own. Give the variable another name."));
            else if (!IsName(variable))
                fields.Findings.Add(new(Json.Step(fields.PointerTo("Assign"), name), Rules.InvalidName, $"'{variable}' is not the name of a variable: use a letter, then letters, digits or '_', {MaxLength} characters at most."));
        }

        return true;
    }

    private static bool IsName(string text) => text.Length is > 0 and <= MaxLength && (char.IsLetter(text[0]) || char.IsSurrogate(text[0])) && text.All(c => char.IsLetterOrDigit(c) || char.IsSurrogate(c) || c == '_');
}
