using System.Text.RegularExpressions;

namespace Flow.Architecture.Tests;

/// <summary>What no committed text may hold, whatever its kind.</summary>
internal static partial class TextRules
{
    private static readonly HashSet<string> Programs = new(StringComparer.Ordinal) { ".cs", ".razor", ".sh", ".py", ".js", ".mjs", ".yml", ".yaml", ".csproj", "" };

    public static IEnumerable<string> Violations(string file, string text)
    {
        foreach (var (line, number) in text.Split('\n').Select((line, index) => (line, index + 1)))
        {
            if (RegistryHost().Match(line) is { Success: true } host)
                yield return $"{file}:{number} names a package registry ({host.Value}): which feed is used is the machine's business";
            if (MachinePath().Match(line) is { Success: true } path)
                yield return $"{file}:{number} holds a path of one machine ({path.Value.Trim()})";
            if (Programs.Contains(Path.GetExtension(file)) && Unfinished().Match(line) is { Success: true } mark)
                yield return $"{file}:{number} is unfinished ({mark.Value}): finish it, or leave it out";
        }
    }

    [GeneratedRegex(@"registry\.(npmjs|yarnpkg)\.\w+|api\.nuget\.\w+|\bpypi\.\w+|pythonhosted\.\w+|""resolved"":")]
    private static partial Regex RegistryHost();

    [GeneratedRegex(@"(?<![\w.\-/$}])/(root|work|home/\w+|Users/\w+)/\w|\b[A-Z]:\\Users")]
    private static partial Regex MachinePath();

    // In brackets, so that this line is not a match of its own.
    [GeneratedRegex(@"\b(TOD[O]|FIXM[E]|NotImplementedExceptio[n])\b")]
    private static partial Regex Unfinished();
}
