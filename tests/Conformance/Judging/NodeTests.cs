using System.Text.Json;
using Flow.StatesLanguage;
using Flow.StatesLanguage.NodeTesting;

namespace Flow.Conformance.Judging;

/// <summary>Tests the node of a case and compares all that it expects.</summary>
internal static class NodeTests
{
    private static readonly Moment Moment = new(new DateTimeOffset(2025, 1, 15, 10, 30, 0, TimeSpan.Zero), new Guid("00000000-0000-0000-0000-000000000001"));

    /// <summary>The reason that Flow gives for what a service says in its own words.</summary>
    private static readonly (string Said, string Rule)[] Reasons =
    [
        ("Invalid State Machine Definition", RefusalRules.InvalidDefinition),
        ("State not found", RefusalRules.UnknownNode),
        ("RoleArn must be specified when testing a Task", RefusalRules.MissingMock),
        ("when a mock is not specified", RefusalRules.MissingMock),
        ("does not support Map or Parallel", RefusalRules.MissingMock),
        ("only one of the following fields", RefusalRules.InvalidMock),
        ("not supported when a mock is specified", RefusalRules.InvalidMock),
        ("Mocked result must", RefusalRules.InvalidMockResult),
        ("Invalid Context object", RefusalRules.InvalidContext),
        ("failure count must be less", RefusalRules.InvalidSetting),
    ];

    public static IEnumerable<string> Judge(JsonElement body)
    {
        var expected = body.GetProperty("expected");
        var (outcome, refusal) = NodeTester.Test(body.GetProperty("definition").GetRawText(), Request(body), Moment);
        if (expected.TryGetProperty("apiError", out _))
            return Refused(expected.GetProperty("message").GetString()!, refusal);
        return outcome is not null ? Compare(expected, outcome, body.GetProperty("request")) : [$"refused: {refusal!.Rule}: {refusal.Message} {Conformance.Judging.Judge.Show(refusal.Findings)}"];
    }

    private static NodeTest Request(JsonElement body)
    {
        var request = body.GetProperty("request");
        var settings = Value(request, "stateConfiguration");
        return new()
        {
            Node = Text(request, "stateName"),
            Input = Value(request, "input"),
            Variables = Value(request, "variables"),
            Context = Value(request, "context"),
            Mock = MockOf(request, body),
            RetryCount = Number(settings, "retrierRetryCount") ?? 0,
            FailedIterations = Number(settings, "mapIterationFailureCount"),
            FailedNode = Text(settings, "errorCausedByState"),
            ItemReaderData = Text(settings, "mapItemReaderData"),
            Execution = new(
                Moment.Seed,
                "test",
                "test",
                1,
                Value(request, "input"),
                Moment.Now,
                "arn:aws:states:us-east-1:111111111111:express:test:test:1",
                "arn:aws:iam::111111111111:role/role",
                "arn:aws:states:us-east-1:111111111111:stateMachine:test"),
        };
    }

    /// <summary>The mock; or, where the recording called a real service, its answer.</summary>
    private static Mock? MockOf(JsonElement request, JsonElement body)
    {
        if (Value(request, "mock") is { ValueKind: JsonValueKind.Object } mock)
        {
            var error = Value(mock, "errorOutput");
            return new()
            {
                Result = Text(mock, "resultText") is { } text ? JsonElement.Parse(text) : Value(mock, "result"),
                ErrorOutput = error.ValueKind == JsonValueKind.Object ? new(Text(error, "error"), Text(error, "cause")) : null,
            };
        }

        return Value(body, "tasks") is { ValueKind: JsonValueKind.Array } tasks ? new() { Result = tasks[0].GetProperty("outcome").GetProperty("return") } : null;
    }

    private static string[] Refused(string message, Refusal? refusal)
    {
        var rule = Reasons.FirstOrDefault(r => message.Contains(r.Said, StringComparison.Ordinal)).Rule;
        return refusal is null ? [$"not refused: {message}"]
            : refusal.Rule != rule ? [$"refused for {refusal.Rule}: {refusal.Message} instead of {rule}: {message}"]
            : [];
    }

    private static IEnumerable<string> Compare(JsonElement expected, NodeOutcome outcome, JsonElement request)
    {
        var actual = new Dictionary<string, JsonElement>(StringComparer.Ordinal)
        {
            ["status"] = Json(JsonNamingPolicy.SnakeCaseUpper.ConvertName(outcome.Status.ToString())),
            ["output"] = outcome.Output,
            ["error"] = outcome.Error is null ? default : Json(outcome.Error),
            ["nextState"] = outcome.NextNode is null ? default : Json(outcome.NextNode),
            ["inspectionData"] = Text(request, "inspectionLevel") is "DEBUG" or "TRACE" ? JsonSerializer.SerializeToElement(outcome.Inspection) : default,
        };
        foreach (var (name, value) in actual)
        {
            foreach (var difference in expected.TryGetProperty(name, out var wanted) ? Wildcards.Compare(wanted, value, name) : Extra(name, value))
                yield return $"{difference} ({outcome.Error}: {outcome.Cause})";
        }

        if (Text(expected, "causeOrigin") is "task" or "definition" && Text(expected, "cause") != outcome.Cause)
            yield return $"cause: {outcome.Cause} instead of {Text(expected, "cause")}";
    }

    private static string[] Extra(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.Undefined ? [] : [$"{name}: {value} instead of nothing"];

    private static JsonElement Json(string text) => JsonSerializer.SerializeToElement(text);

    private static JsonElement Value(JsonElement source, string field) =>
        source.ValueKind == JsonValueKind.Object && source.TryGetProperty(field, out var value) ? value : default;

    private static string? Text(JsonElement source, string field) => Value(source, field) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static int? Number(JsonElement source, string field) => Value(source, field) is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : null;
}
