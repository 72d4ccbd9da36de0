using Flow.Contracts.Api;

namespace Flow.Cli.Output;

/// <summary>What is wrong with a definition; it is the result, so it goes to standard output.</summary>
internal static class FindingPrinter
{
    /// <summary>One finding a line, or as JSON.</summary>
    /// <returns>The exit code: 1, as there are findings.</returns>
    public static int Print(string source, IReadOnlyList<DefinitionFinding> findings, bool json)
    {
        if (json)
        {
            Terminal.WriteJson(new DefinitionValidation(false, findings));
            return ExitCode.Failed;
        }

        foreach (var finding in findings)
            Console.Out.WriteLine(Finding.Line(finding));
        Terminal.Error($"{(source == "-" ? "standard input" : source)} has {findings.Count} finding{(findings.Count == 1 ? "" : "s")}.");
        return ExitCode.Failed;
    }
}
