using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Flow.Transports.Tests.AmazonSqs;

/// <summary>A request as it arrived.</summary>
public sealed record Recorded(string Operation, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);

    /// <summary>Names and values of a form.</summary>
    public IReadOnlyDictionary<string, string> Form => Body.Split('&').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => WebUtility.UrlDecode(pair[1]));
}

/// <summary>
/// Keeps the requests that are sent to it, to see the form of them: what the emulator of SQS does not look at. It has the manners of an empty SQS with every queue, and no behaviour of one.
/// </summary>
public sealed class RecordingServer : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _loop;

    public RecordingServer()
    {
        Address = new Uri($"http://127.0.0.1:{Ports.Free()}/");
        _listener.Prefixes.Add(Address.ToString());
        _listener.Start();
        _loop = RunAsync();
    }

    public Uri Address { get; }

    public ConcurrentQueue<Recorded> All { get; } = new();

    /// <summary>What it answers to an operation, first to first; then the usual.</summary>
    public ConcurrentQueue<(string Operation, int Status, string Body)> Answers { get; } = new();

    /// <summary>When completed, operations of this name wait for it.</summary>
    public (string Operation, Task Until)? Hold { get; set; }

    public IEnumerable<Recorded> Of(string operation) => All.Where(request => request.Operation == operation);

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _loop;
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
                _ = AnswerAsync(await _listener.GetContextAsync());
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        var headers = context.Request.Headers.AllKeys.OfType<string>().ToDictionary(name => name, name => context.Request.Headers[name]!, StringComparer.OrdinalIgnoreCase);
        var operation = headers.TryGetValue("X-Amz-Target", out var target) ? target.Split('.')[^1] : body.Split('&')[0].Split('=')[^1];
        var request = new Recorded(operation, headers, body);
        All.Enqueue(request);
        if (Hold is { } hold && hold.Operation == operation)
            await hold.Until;
        var (status, answer) = Answers.TryPeek(out var next) && next.Operation == operation && Answers.TryDequeue(out next) ? (next.Status, next.Body) : (200, Usual(request));
        context.Response.StatusCode = status;
        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer));
        context.Response.Close();
    }

    private static string Usual(Recorded request) => request.Operation switch
    {
        "GetQueueUrl" => $$"""{"QueueUrl":"https://sqs.us-east-1.amazonaws.com/123456789012/{{request.Json.GetProperty("QueueName").GetString()}}"}""",
        "CreateQueue" => $$"""{"QueueUrl":"https://sqs.us-east-1.amazonaws.com/123456789012/{{request.Json.GetProperty("QueueName").GetString()}}"}""",
        "GetQueueAttributes" => $$$"""{"Attributes":{"QueueArn":"arn:aws:sqs:us-east-1:123456789012:{{{request.Json.GetProperty("QueueUrl").GetString()!.Split('/')[^1]}}}"}}""",
        "ListTopics" => "<ListTopicsResponse><ListTopicsResult><Topics/></ListTopicsResult></ListTopicsResponse>",
        "CreateTopic" => $"<R><TopicArn>arn:aws:sns:us-east-1:123456789012:{request.Form["Name"]}</TopicArn></R>",
        "Subscribe" => "<R><SubscriptionArn>arn:aws:sns:us-east-1:123456789012:topic:1</SubscriptionArn></R>",
        "PublishBatch" => "<R><Successful/><Failed/></R>",
        _ when request.Body.StartsWith("Action=", StringComparison.Ordinal) => "<R/>",
        _ => "{}",
    };
}
