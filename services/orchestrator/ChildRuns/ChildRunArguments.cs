using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Flow.Orchestrator.ChildRuns;

/// <summary>What the input of a <c>states:startExecution</c> node says.</summary>
/// <param name="Workflow">Name of the workflow: StateMachineArn, or the last part of it when it is an ARN.</param>
/// <param name="Version">Version, when the ARN names one (<c>…:stateMachine:NAME:VERSION</c>); null: the newest.</param>
/// <param name="Input">Input of the child; a text is the JSON it holds, as Step Functions takes it.</param>
/// <param name="Name">Name of the child.</param>
internal sealed record ChildRunArguments(string Workflow, int? Version, JsonElement Input, string? Name)
{
    private const string ArnPart = ":stateMachine:";

    private static readonly JsonElement EmptyObject = JsonElement.Parse("{}");

    public static bool TryRead(JsonElement input, [NotNullWhen(true)] out ChildRunArguments? arguments, [NotNullWhen(false)] out string? error)
    {
        arguments = null;
        if (Text(input, "StateMachineArn") is not { Length: > 0 } arn)
        {
            error = "'StateMachineArn' is missing: give the name of a registered workflow, or an ARN that ends in it.";
            return false;
        }

        var given = input.TryGetProperty(nameof(Input), out var value) && value.ValueKind != JsonValueKind.Null ? value : EmptyObject;
        if (given.ValueKind == JsonValueKind.String)
        {
            try
            {
                given = JsonElement.Parse(given.GetString()!);
            }
            catch (JsonException e)
            {
                error = $"'Input' is a text that is not JSON: {e.Message} Give the value itself, or its JSON as text.";
                return false;
            }
        }

        var (workflow, version) = Target(arn);
        arguments = new(workflow, version, given, Text(input, nameof(Name)));
        error = null;
        return true;
    }

    private static (string Workflow, int? Version) Target(string arn)
    {
        var at = arn.IndexOf(ArnPart, StringComparison.Ordinal);
        if (at < 0)
            return (arn, null);
        var parts = arn[(at + ArnPart.Length)..].Split(':');
        return (parts[0], parts.Length > 1 && int.TryParse(parts[1], out var version) ? version : null);
    }

    private static string? Text(JsonElement input, string name) =>
        input.ValueKind == JsonValueKind.Object && input.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
