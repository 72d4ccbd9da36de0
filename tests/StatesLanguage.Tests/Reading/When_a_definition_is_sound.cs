using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Tests.Reading;

// capability 7, 31
public class When_a_definition_is_sound
{
    private const string Nested = """
        { "Comment": "all", "StartAt": "M", "TimeoutSeconds": 77, "Version": "1.0", "States": {
          "M": { "Type": "Map", "Comment": "each", "Next": "C", "Catch": [ { "ErrorEquals": [ "X" ], "Next": "S" } ], "ItemProcessor": { "StartAt": "P/a", "States": {
            "P/a": { "Type": "Parallel", "End": true, "Branches": [ { "StartAt": "T", "States": { "T": { "Type": "Task", "Resource": "flow:q/t", "End": true } } } ] } } } },
          "C": { "Type": "Choice", "Choices": [ { "Variable": "$.a", "IsNull": true, "Next": "M" }, { "Variable": "$.b", "IsNull": true, "Next": "M" } ], "Default": "S" },
          "S": { "Type": "Succeed" } } }
        """;

    [Fact]
    public void Should_show_what_a_drawing_needs()
    {
        var definition = Definition.Read(Nested).Definition.ShouldNotBeNull();

        (definition.Comment, definition.StartAt, definition.TimeoutSeconds).ShouldBe(("all", "M", 77));
        definition.States.Select(s => $"{s.Type} {s.Name} -> {string.Join(',', s.NextTargets)} ! {string.Join(',', s.CatchTargets)}")
            .ShouldBe(["Map M -> C ! S", "Choice C -> M,S ! ", "Succeed S ->  ! "]);
        definition.States[0].Comment.ShouldBe("each");
        definition.Machines.Select(m => m.Pointer).ShouldBe(["", "/States/M/ItemProcessor", "/States/M/ItemProcessor/States/P~1a/Branches/0"]);
        definition.Machine("/States/M/ItemProcessor/States/P~1a/Branches/0")["T"].ShouldBeOfType<TaskState>().Target.ShouldBe(new Resource(ResourceKind.Handler, "q", "t"));
        definition.OwnerOf("/States/M/ItemProcessor").ShouldBe(definition.States[0]);
        definition.OwnerOf("").ShouldBeNull();
    }

    [Theory]
    [InlineData("flow:cut", ResourceKind.Handler, null, "cut", ResourcePattern.Response, "Task")]
    [InlineData("flow:video/cut", ResourceKind.Handler, "video", "cut", ResourcePattern.Response, "Task")]
    [InlineData("arn:aws:lambda:us-east-1:123456789012:function:cut", ResourceKind.Function, null, "cut", ResourcePattern.Response, "LambdaFunction")]
    [InlineData("arn:aws:lambda:us-east-1:123456789012:function:cut:$LATEST", ResourceKind.Function, null, "cut", ResourcePattern.Response, "LambdaFunction")]
    [InlineData("arn:aws:states:us-east-1:123456789012:activity:cut", ResourceKind.Activity, null, "cut", ResourcePattern.Response, "Activity")]
    [InlineData("arn:aws:states:::lambda:invoke", ResourceKind.FunctionInvocation, null, "lambda:invoke", ResourcePattern.Response, "Task")]
    [InlineData("arn:aws:states:::lambda:invoke.waitForTaskToken", ResourceKind.FunctionInvocation, null, "lambda:invoke", ResourcePattern.Token, "Task")]
    [InlineData("arn:aws:states:::states:startExecution", ResourceKind.Run, null, "states:startExecution", ResourcePattern.Response, "Task")]
    [InlineData("arn:aws:states:::states:startExecution.sync:2", ResourceKind.Run, null, "states:startExecution", ResourcePattern.Job, "Task")]
    [InlineData("arn:aws:states:::sqs:sendMessage.waitForTaskToken", ResourceKind.Message, null, "sqs:sendMessage", ResourcePattern.Token, "Task")]
    [InlineData("arn:aws:states:::sns:publish", ResourceKind.Publication, null, "sns:publish", ResourcePattern.Response, "Task")]
    [InlineData("arn:aws:states:::http:invoke", ResourceKind.Http, null, "http:invoke", ResourcePattern.Response, "Task")]
    [InlineData("arn:aws:states:::events:putEvents", ResourceKind.Events, null, "events:putEvents", ResourcePattern.Response, "Task")]
    [InlineData("arn:aws:states:::dynamodb:putItem", ResourceKind.Service, null, "dynamodb:putItem", ResourcePattern.Response, "Task")]
    [InlineData("arn:aws:states:::aws-sdk:s3:getObject", ResourceKind.Service, null, "aws-sdk:s3:getObject", ResourcePattern.Response, "Task")]
    public void Should_take_a_resource_apart(string text, ResourceKind kind, string? queue, string handler, ResourcePattern pattern, string eventPrefix)
    {
        var resource = Resource.Parse(text);

        resource.ShouldBe(new(kind, queue, handler, pattern));
        resource.EventPrefix.ShouldBe(eventPrefix);
        resource.WaitsForToken.ShouldBe(pattern == ResourcePattern.Token);
    }

    [Theory]
    [InlineData("")]
    [InlineData("flow:")]
    [InlineData("flow:/cut")]
    [InlineData("flow:a/b/c")]
    [InlineData("foo:bar")]
    [InlineData("arn:aws:states:::dynamodb:query")]
    [InlineData("arn:aws:lambda:us-east-1:123456789012:function:")]
    [InlineData("arn:aws")]
    public void Should_refuse_a_resource_it_does_not_know(string text)
    {
        Resource.TryParse(text, out _).ShouldBeFalse();
        Should.Throw<FormatException>(() => Resource.Parse(text)).Message.ShouldContain("flow:QUEUE/HANDLER");
    }

    [Theory]
    [InlineData("""{"FunctionName":"cut"}""", "cut")]
    [InlineData("""{"FunctionName":"arn:aws:lambda:us-east-1:123456789012:function:cut:live"}""", "cut")]
    [InlineData("""{"FunctionName":5}""", "lambda:invoke")]
    [InlineData("5", "lambda:invoke")]
    public void Should_address_an_invocation_to_the_function_its_input_names(string input, string handler) =>
        Resource.Parse("arn:aws:states:::lambda:invoke").For(System.Text.Json.JsonElement.Parse(input)).Handler.ShouldBe(handler);
}
