using Flow.Contracts.Api;

namespace Flow.Cli.Output;

internal static class Finding
{
    /// <summary>E.g. <c>/States/Fetch/Next: missing-target: …</c>; the whole text is <c>(text)</c>.</summary>
    public static string Line(DefinitionFinding finding) => $"{(finding.Pointer.Length == 0 ? "(text)" : finding.Pointer)}: {finding.Rule}: {finding.Message}";
}
