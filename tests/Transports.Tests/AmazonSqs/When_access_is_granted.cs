using System.Text.Json;
using Flow.Transports.AmazonSqs;

namespace Flow.Transports.Tests.AmazonSqs;

/// <summary>Policies: of queues, for topics, and of processes, for AWS.</summary>
public sealed class When_access_is_granted
{
    private const string Queue = "arn:aws:sqs:us-east-1:123456789012:q";
    private const string Topics = "arn:aws:sns:us-east-1:123456789012:Flow_Contracts-*";
    private const string Other = "arn:aws:sns:us-east-1:123456789012:Shop-Order";

    private static readonly AmazonSqsSettings Settings = new() { Region = "eu-central-1", NamePrefix = "prod-" };

    [Fact]
    public void Should_keep_all_topics_of_a_queue_in_one_statement()
    {
        var policy = QueuePolicy.Allow(QueuePolicy.Allow(null, Queue, Other), Queue, Topics);

        var statement = JsonSerializer.Deserialize<JsonElement>(policy!).GetProperty("Statement").EnumerateArray().ShouldHaveSingleItem();
        statement.GetProperty("Condition").GetProperty("ArnLike").GetProperty("aws:SourceArn").EnumerateArray().Select(arn => arn.GetString()).ShouldBe([Other, Topics]);
        QueuePolicy.Allow(policy, Queue, Topics).ShouldBeNull();
    }

    [Theory]
    [InlineData("\"arn:aws:sns:us-east-1:123456789012:*\"")]
    [InlineData("[\"arn:aws:sns:us-east-1:123456789012:Shop-Order\",\"arn:aws:sns:us-east-1:123456789012:Flow_*\"]")]
    public void Should_leave_a_policy_that_admits_the_topics_already(string sources) => QueuePolicy.Allow(Policy(Queue, sources), Queue, Topics).ShouldBeNull();

    [Fact]
    public void Should_add_to_the_statement_of_others_as_AWS_writes_it()
    {
        var policy = QueuePolicy.Allow(Policy(Queue, $"\"{Other}\""), Queue, Topics);

        JsonSerializer.Deserialize<JsonElement>(policy!).GetProperty("Statement").GetRawText().ShouldContain($"[\"{Other}\",\"{Topics}\"]");
    }

    [Fact]
    public void Should_leave_statements_about_something_else_alone()
    {
        var policy = QueuePolicy.Allow(Policy("arn:aws:sqs:us-east-1:123456789012:other", $"\"{Other}\""), Queue, Topics);

        JsonSerializer.Deserialize<JsonElement>(policy!).GetProperty("Statement").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public void Should_grant_a_process_its_own_queues_and_topics_and_no_others()
    {
        var statements = Statements(AmazonSqsTopology.IamPolicy(Settings, "123456789012"));

        statements.ShouldAllBe(statement => statement.GetProperty("Effect").GetString() == "Allow");
        var wide = statements.Where(statement => statement.GetProperty("Resource").GetString() == "*").SelectMany(ActionsOf).ToList();
        wide.ShouldBe(["sqs:ListQueues", "sns:ListTopics", "sns:Unsubscribe"]);
        statements.Select(statement => statement.GetProperty("Resource").GetString()).Distinct().Order().ShouldBe(
            ["*", "arn:aws:sns:eu-central-1:123456789012:prod-*", "arn:aws:sqs:eu-central-1:123456789012:prod-*"]);
        statements.SelectMany(ActionsOf).ShouldAllBe(action => !action.Contains('*'));
        statements.Single(statement => ActionsOf(statement).Contains("sqs:DeleteQueue")).GetProperty("Condition").GetRawText().ShouldContain("aws:ResourceTag/flow-alive-at");
    }

    [Fact]
    public void Should_not_let_a_process_create_durable_queues_where_it_only_verifies()
    {
        var statements = Statements(AmazonSqsTopology.IamPolicy(new AmazonSqsSettings { Region = "cn-north-1", Topology = AmazonSqsTopologyMode.Verify }, "123456789012"));

        statements.Single(statement => ActionsOf(statement).Contains("sqs:CreateQueue")).GetProperty("Condition").GetRawText().ShouldContain("aws:RequestTag/flow-alive-at");
        statements.SelectMany(ActionsOf).ShouldNotContain("sns:CreateTopic");
        statements[0].GetProperty("Resource").GetString().ShouldBe("arn:aws-cn:sqs:cn-north-1:123456789012:*");
    }

    [Theory]
    [InlineData("1234")]
    [InlineData("12345678901x")]
    public void Should_ask_for_the_digits_of_the_account(string account) =>
        Should.Throw<ArgumentException>(() => AmazonSqsTopology.IamPolicy(Settings, account)).Message.ShouldContain("12 digits");

    private static List<JsonElement> Statements(string policy) => [.. JsonSerializer.Deserialize<JsonElement>(policy).GetProperty("Statement").EnumerateArray()];

    private static IEnumerable<string> ActionsOf(JsonElement statement) => statement.GetProperty("Action").EnumerateArray().Select(action => action.GetString()!);

    private static string Policy(string queue, string sources) =>
        """{"Version":"2012-10-17","Statement":{"Sid":"x","Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":["sqs:SendMessage"],"Resource":"QUEUE","Condition":{"ArnLike":{"aws:SourceArn":SOURCES}}}}"""
            .Replace("QUEUE", queue, StringComparison.Ordinal).Replace("SOURCES", sources, StringComparison.Ordinal);
}
