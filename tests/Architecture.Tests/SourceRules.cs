using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Flow.Architecture.Tests;

/// <summary>What one C# file may look like; each rule yields a sentence per violation.</summary>
internal static class SourceRules
{
    public const int MaxFileLines = 300;
    public const int MaxMethodLines = 70;
    public const int MaxProgramLines = 25;

    private static readonly HashSet<string> EmptyNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "Common", "Util", "Utils", "Utility", "Utilities", "Helper", "Helpers", "Manager", "Misc",
    };

    public static bool IsGenerated(string file) => file.Contains("/Migrations/", StringComparison.Ordinal) || file.EndsWith(".Designer.cs", StringComparison.Ordinal);

    public static IEnumerable<string> Size(string file, string text)
    {
        var lines = text.TrimEnd('\n').Split('\n').Length;
        if (lines > MaxFileLines)
            yield return $"{file} has {lines} lines, at most {MaxFileLines}: split it by concept";
        if (Path.GetFileName(file) == "Program.cs" && !file.StartsWith("tests/", StringComparison.Ordinal) && lines > MaxProgramLines)
            yield return $"{file} has {lines} lines, at most {MaxProgramLines}";
        foreach (var method in Parse(text).DescendantNodes().Where(IsMethod))
        {
            var span = method.GetLocation().GetLineSpan();
            var length = span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
            if (length > MaxMethodLines)
                yield return $"{file}:{span.StartLinePosition.Line + 1} is a method of {length} lines, at most {MaxMethodLines}";
        }
    }

    public static IEnumerable<string> TypeNames(string file, string text) =>
        from type in Parse(text).DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
        where EmptyNames.Any(word => type.Identifier.Text.EndsWith(word, StringComparison.Ordinal))
        select $"{file} declares {type.Identifier.Text}: name it by what it is";

    public static IEnumerable<string> FolderNames(string file) =>
        from folder in file.Split('/').SkipLast(1)
        where folder.Split('.', '-', '_').Any(EmptyNames.Contains)
        select $"{file} is in the folder {folder}: name it by what it holds";

    public static IEnumerable<string> Clock(string file, string text) =>
        from access in Parse(text).DescendantNodes().OfType<MemberAccessExpressionSyntax>()
        where access.Name.Identifier.Text is "Now" or "UtcNow" or "Today" && LastName(access.Expression) is "DateTime" or "DateTimeOffset"
        select $"{file}:{Line(access)} reads {access}: take a TimeProvider";

    public static IEnumerable<string> Sleeps(string file, string text) =>
        from call in Parse(text).DescendantNodes().OfType<InvocationExpressionSyntax>()
        let method = call.Expression as MemberAccessExpressionSyntax
        where method is not null && (LastName(method.Expression), method.Name.Identifier.Text) is ("Task", "Delay") or ("Thread", "Sleep") && !WaitsForCancellation(call)
        select $"{file}:{Line(call)} sleeps ({call}): wait for a condition, or drive a FakeTimeProvider";

    // Task.Delay(Timeout.Infinite, token) does not wait for time to pass.
    private static bool WaitsForCancellation(InvocationExpressionSyntax call) =>
        call.ArgumentList.Arguments.FirstOrDefault()?.Expression is MemberAccessExpressionSyntax { Name.Identifier.Text: "Infinite" or "InfiniteTimeSpan" };

    private static bool IsMethod(SyntaxNode node) => node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax;

    private static string LastName(ExpressionSyntax expression) => expression switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier.Text,
        SimpleNameSyntax name => name.Identifier.Text,
        _ => string.Empty,
    };

    private static int Line(SyntaxNode node) => node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;

    private static CompilationUnitSyntax Parse(string text) => CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Preview)).GetCompilationUnitRoot();
}
