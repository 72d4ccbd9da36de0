using System.Collections.Frozen;

namespace Flow.Jsonata.Syntax;

/// <summary>How strongly operators bind to what stands on their left.</summary>
internal static class Operators
{
    public static readonly FrozenDictionary<string, int> Power = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["."] = 75, ["["] = 80, ["]"] = 0, ["{"] = 70, ["}"] = 0, ["("] = 80, [")"] = 0, [","] = 0, ["@"] = 80, ["#"] = 80, [";"] = 0, [":"] = 0,
        ["?"] = 20, ["+"] = 50, ["-"] = 50, ["*"] = 60, ["/"] = 60, ["%"] = 60, ["|"] = 0, ["="] = 40, ["<"] = 40, [">"] = 40, ["^"] = 40,
        ["**"] = 0, [".."] = 0, [":="] = 10, ["!="] = 40, ["<="] = 40, [">="] = 40, ["~>"] = 40, ["and"] = 30, ["or"] = 25, ["in"] = 40, ["&"] = 50,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Characters that end a name.</summary>
    public const string Breaking = ".[]{}(),@#;:?+-*/%|=<>^&!~";

    /// <summary>Those that are two characters long.</summary>
    public static readonly FrozenSet<string> Double = new[] { "**", "..", ":=", "!=", "<=", ">=", "~>" }.ToFrozenSet(StringComparer.Ordinal);
}
