using System.Text.Json;
using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Reading;

/// <summary>Reads a Task.</summary>
internal static class TaskReader
{
    public static TaskState? Read(string name, Fields fields)
    {
        var resource = ResourceText(fields);
        var target = TargetOf(resource, fields);
        var timeout = fields.Integral("TimeoutSeconds", 1);
        var heartbeat = fields.Integral("HeartbeatSeconds", 1);
        if (timeout?.Literal is { } limit && heartbeat?.Literal is { } pulse && pulse >= limit)
            fields.Add("HeartbeatSeconds", Rules.OutOfRange, $"'HeartbeatSeconds' ({pulse}) must be less than 'TimeoutSeconds' ({limit}).");
        ReadCredentials(fields);

        var state = new TaskState
        {
            Name = name,
            Pointer = fields.Pointer,
            Resource = resource ?? "",
            Target = target ?? new(ResourceKind.Handler, null, ""),
            Timeout = timeout,
            Heartbeat = heartbeat,
            Flow = StateReader.Working(fields),
        };
        return StateReader.WithNext(fields, StateReader.Failing(fields, state));
    }

    private static string? ResourceText(Fields fields)
    {
        if (fields.Value("Resource") is not { ValueKind: JsonValueKind.Object })
            return fields.RequiredText("Resource");
        fields.Add("Resource", Rules.UnknownResource, "'Resource' is an object, which only a template of CloudFormation may hold: write the ARN that it stands for.");
        return null;
    }

    private static Resource? TargetOf(string? text, Fields fields)
    {
        if (text is not null && !Resource.TryParse(text, out var target))
            fields.Add("Resource", Rules.UnknownResource, $"'{text}' is not a Resource that Flow can serve; the forms are: {Resource.Forms}.");
        else
            target = text is null ? null : Resource.Parse(text);
        if (fields.IsExpress && target is { Pattern: not ResourcePattern.Response } or { Kind: ResourceKind.Activity })
            fields.Add("Resource", Rules.NotInExpress, $"'{text}' waits for a job, a token or an activity, which an express execution cannot: take a standard one, or leave the pattern out.");
        return target;
    }

    /// <summary>Credentials are checked and passed over: workers have credentials of their own.</summary>
    private static void ReadCredentials(Fields fields)
    {
        if (fields.Value("Credentials", JsonValueKind.Object) is not { } credentials)
            return;
        if (!credentials.EnumerateObject().Any())
            fields.Add("Credentials", Rules.MissingField, "'Credentials' is empty: name the 'RoleArn', or remove it.");
        fields.Template("Credentials");
    }
}
