using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Flow.StatesLanguage;

/// <summary>What stands behind a Resource.</summary>
public enum ResourceKind
{
    /// <summary>A handler of Flow's own form: <c>flow:HANDLER</c> or <c>flow:QUEUE/HANDLER</c>.</summary>
    Handler,

    /// <summary>A function by ARN; the handler is the function's name, its input the payload.</summary>
    Function,

    /// <summary><c>lambda:invoke</c>: the input names the function (<c>FunctionName</c>) and holds its <c>Payload</c>.</summary>
    FunctionInvocation,

    /// <summary>An activity by ARN; the handler is the activity's name.</summary>
    Activity,

    /// <summary><c>states:startExecution</c>: a run of another workflow.</summary>
    Run,

    /// <summary><c>sqs:sendMessage</c>.</summary>
    Message,

    /// <summary><c>sns:publish</c>.</summary>
    Publication,

    /// <summary><c>http:invoke</c>.</summary>
    Http,

    /// <summary><c>events:putEvents</c>.</summary>
    Events,

    /// <summary>Any other service integration of Step Functions; the handler is <c>service:action</c>.</summary>
    Service,
}

/// <summary>When an attempt's result is there.</summary>
public enum ResourcePattern
{
    /// <summary>When the call returns.</summary>
    Response,

    /// <summary>When the job that the call started has ended (<c>.sync</c>, <c>.sync:2</c>).</summary>
    Job,

    /// <summary>When whoever holds the token says so (<c>.waitForTaskToken</c>).</summary>
    Token,
}

/// <summary>The Resource of a Task, taken apart. Immutable; made by <see cref="Parse"/> and <see cref="TryParse"/>.</summary>
/// <param name="Kind">What it stands for.</param>
/// <param name="Queue">The queue it names; null: the run's own.</param>
/// <param name="Handler">The handler that serves it; for a service integration <c>service:action</c>, e.g. <c>sqs:sendMessage</c>.</param>
/// <param name="Pattern">When the result is there.</param>
public sealed record Resource(ResourceKind Kind, string? Queue, string Handler, ResourcePattern Pattern = ResourcePattern.Response)
{
    /// <summary>The forms that are understood, for people.</summary>
    public const string Forms =
        "flow:HANDLER, flow:QUEUE/HANDLER, arn:aws:lambda:REGION:ACCOUNT:function:NAME[:QUALIFIER], arn:aws:states:REGION:ACCOUNT:activity:NAME, "
        + "arn:aws:states:::SERVICE:ACTION[.sync|.sync:2|.waitForTaskToken] for an optimized integration (lambda:invoke, states:startExecution, sqs:sendMessage, "
        + "sns:publish, http:invoke, events:putEvents, dynamodb:putItem, ...), arn:aws:states:::aws-sdk:SERVICE:ACTION[.waitForTaskToken]";

    private const string FlowScheme = "flow:";

    /// <summary>Whether the result comes from the token's holder and not from the handler's return.</summary>
    public bool WaitsForToken => Pattern == ResourcePattern.Token;

    /// <summary>How Step Functions begins the names of its attempts' events: <c>LambdaFunction</c>, <c>Activity</c> or <c>Task</c>, as in <c>TaskScheduled</c>.</summary>
    public string EventPrefix => Kind switch
    {
        ResourceKind.Function => "LambdaFunction",
        ResourceKind.Activity => "Activity",
        _ => "Task",
    };

    /// <summary>Whether <c>$$.Task.Token</c> is there for it.</summary>
    internal bool ShowsToken => Kind == ResourceKind.Handler || Pattern != ResourcePattern.Response;

    /// <summary>The resource that serves an attempt with this input: an invocation is addressed to the function its input names, everything else to itself.</summary>
    public Resource For(JsonElement input) =>
        Kind == ResourceKind.FunctionInvocation
        && input.ValueKind == JsonValueKind.Object
        && input.TryGetProperty("FunctionName", out var name)
        && name.ValueKind == JsonValueKind.String
            ? this with { Handler = FunctionName(name.GetString()!) }
            : this;

    /// <summary>Takes a Resource apart.</summary>
    /// <exception cref="FormatException">It has none of the <see cref="Forms"/>.</exception>
    public static Resource Parse(string text) =>
        TryParse(text, out var resource) ? resource : throw new FormatException($"'{text}' is not a Resource that Flow can serve; the forms are: {Forms}.");

    /// <summary>Takes a Resource apart; false when it has none of the <see cref="Forms"/>.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Resource? resource)
    {
        resource = text switch
        {
            null => null,
            _ when text.StartsWith(FlowScheme, StringComparison.Ordinal) => FromFlow(text[FlowScheme.Length..]),
            _ when text.StartsWith("arn:", StringComparison.Ordinal) => FromArn(text.Split(':', 6)),
            _ => null,
        };
        return resource is not null;
    }

    private static Resource? FromFlow(string address)
    {
        var slash = address.IndexOf('/', StringComparison.Ordinal);
        var (queue, handler) = slash < 0 ? (null, address) : (address[..slash], address[(slash + 1)..]);
        return IsName(handler) && (queue is null || IsName(queue)) ? new(ResourceKind.Handler, queue, handler) : null;
    }

    private static Resource? FromArn(string[] parts) => parts switch
    {
        [_, _, "lambda", _, _, var rest] when rest.StartsWith("function:", StringComparison.Ordinal) =>
            FunctionName(rest["function:".Length..]) is { Length: > 0 } name ? new(ResourceKind.Function, null, name) : null,
        [_, _, "states", _, _, var rest] when rest.StartsWith("activity:", StringComparison.Ordinal) && rest.Length > "activity:".Length =>
            new(ResourceKind.Activity, null, rest["activity:".Length..]),
        [_, _, "states", _, _, var rest] => FromIntegration(rest),
        _ => null,
    };

    private static Resource? FromIntegration(string text)
    {
        var (call, pattern) = text switch
        {
            _ when text.EndsWith(".sync:2", StringComparison.Ordinal) => (text[..^7], ResourcePattern.Job),
            _ when text.EndsWith(".sync", StringComparison.Ordinal) => (text[..^5], ResourcePattern.Job),
            _ when text.EndsWith(".waitForTaskToken", StringComparison.Ordinal) => (text[..^17], ResourcePattern.Token),
            _ => (text, ResourcePattern.Response),
        };
        ResourceKind? kind = call switch
        {
            "lambda:invoke" => ResourceKind.FunctionInvocation,
            "states:startExecution" or "aws-sdk:sfn:startExecution" => ResourceKind.Run,
            "sqs:sendMessage" => ResourceKind.Message,
            "sns:publish" => ResourceKind.Publication,
            "http:invoke" => ResourceKind.Http,
            "events:putEvents" => ResourceKind.Events,
            _ when ServiceIntegrations.Knows(call) => ResourceKind.Service,
            _ => null,
        };
        return kind is null ? null : new(kind.Value, null, call, pattern);
    }

    /// <summary>The name in a function's name or ARN: without account and qualifier.</summary>
    private static string FunctionName(string text)
    {
        var name = text.LastIndexOf(":function:", StringComparison.Ordinal) is var at and >= 0 ? text[(at + ":function:".Length)..] : text;
        return name.Split(':', 2)[0];
    }

    private static bool IsName(string text) => text.Length is > 0 and <= 80 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':');
}

/// <summary>The calls to AWS services that Step Functions makes by name; each runs unmodified when a worker serves a handler of that name.</summary>
internal static class ServiceIntegrations
{
    private static readonly FrozenSet<string> Optimized = """
        apigateway:invoke athena:startQueryExecution athena:stopQueryExecution athena:getQueryExecution athena:getQueryResults batch:submitJob
        bedrock:invokeModel bedrock:createModelCustomizationJob codebuild:startBuild codebuild:stopBuild codebuild:batchDeleteBuilds
        codebuild:batchGetReports codebuild:startBuildBatch codebuild:stopBuildBatch codebuild:retryBuildBatch codebuild:deleteBuildBatch
        databrew:startJobRun dynamodb:getItem dynamodb:putItem dynamodb:updateItem dynamodb:deleteItem ecs:runTask eks:call eks:runJob
        eks:createCluster eks:deleteCluster eks:createFargateProfile eks:deleteFargateProfile eks:createNodegroup eks:deleteNodegroup
        elasticmapreduce:createCluster elasticmapreduce:terminateCluster elasticmapreduce:addStep elasticmapreduce:cancelStep
        elasticmapreduce:setClusterTerminationProtection elasticmapreduce:modifyInstanceFleetByName elasticmapreduce:modifyInstanceGroupByName
        emr-containers:createVirtualCluster emr-containers:deleteVirtualCluster emr-containers:startJobRun emr-serverless:createApplication
        emr-serverless:startApplication emr-serverless:stopApplication emr-serverless:deleteApplication emr-serverless:startJobRun
        emr-serverless:cancelJobRun glue:startJobRun mediaconvert:createJob sagemaker:createEndpoint sagemaker:createEndpointConfig
        sagemaker:createHyperParameterTuningJob sagemaker:createLabelingJob sagemaker:createModel sagemaker:createProcessingJob
        sagemaker:createTrainingJob sagemaker:createTransformJob sagemaker:updateEndpoint
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    public static bool Knows(string call) => Optimized.Contains(call) || (call.Split(':') is ["aws-sdk", { Length: > 0 }, { Length: > 0 }]);
}
