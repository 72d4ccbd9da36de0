using Flow.Worker.Tests.Bed;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.AspNetCore.Hosting;

namespace Flow.Worker.Tests.Stock;

/// <summary><c>http</c> against a real server.</summary>
public sealed class HttpHandlerTests : IAsyncLifetime
{
    private WebApplication _server = null!;
    private WorkerBed _bed = null!;

    private string Url => _server.Urls.First();

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.MapGet("/json", () => Results.Json(new { hello = "world" }));
        _server.MapGet("/text", () => "plain");
        _server.MapGet("/big", () => new string('x', 5_000));
        _server.MapGet("/missing", () => Results.Json(new { why = "gone" }, statusCode: 404));
        _server.MapGet("/round", () => Results.Redirect("/round"));
        _server.MapGet("/moved", () => Results.Redirect("/json"));
        _server.MapGet("/slow", async (HttpContext context) => await new TaskCompletionSource().Task.WaitAsync(context.RequestAborted));
        _server.MapPost("/mirror", async (HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            return Results.Json(new { type = request.ContentType, mark = request.Headers["X-Mark"].ToString(), body = await reader.ReadToEndAsync() });
        });
        await _server.StartAsync();
        _bed = await StockBed.Start(("Flow:Worker:Http:MaxResponseBytes", "4000"), ("Flow:Worker:Http:MaxRedirects", "3"), ("Flow:Worker:Http:Connections:shop:X-Mark", "shop's"));
    }

    public async ValueTask DisposeAsync()
    {
        await _bed.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("/json", """{"hello":"world"}""")]
    [InlineData("/moved", """{"hello":"world"}""")]
    [InlineData("/text", "\"plain\"")]
    public async Task Should_give_status_headers_and_body(string path, string body)
    {
        var item = await _bed.Desk.Send(Desk.Item("http", new { url = Url + path }));

        var output = (await _bed.Desk.Success(item)).Output;
        output.GetProperty("status").GetInt32().ShouldBe(200);
        output.GetProperty("headers").GetProperty("content-type").GetString().ShouldNotBeNull();
        output.GetProperty("body").GetRawText().ShouldBe(body);
    }

    [Fact]
    public async Task Should_serve_http_invoke()
    {
        var item = await _bed.Desk.Send(Desk.Item("http:invoke", new
        {
            ApiEndpoint = Url + "/mirror",
            Method = "POST",
            RequestBody = new { a = "x y", b = new[] { 1, 2 } },
            Transform = new { RequestBodyEncoding = "URL_ENCODED" },
            Authentication = new { ConnectionArn = "arn:aws:events:us-east-1:111111111111:connection/shop/0a1b" },
        }));

        var output = (await _bed.Desk.Success(item)).Output;
        output.GetProperty("StatusCode").GetInt32().ShouldBe(200);
        output.GetProperty("StatusText").GetString().ShouldBe("OK");
        output.GetProperty("ResponseBody").GetProperty("body").GetString().ShouldBe("a=x%20y&b=1&b=2");
        output.GetProperty("ResponseBody").GetProperty("mark").GetString().ShouldBe("shop's");
    }

    [Theory]
    [InlineData("/missing", null, "States.Http.StatusCode.404")]
    [InlineData("/json", "other", "Http.UnknownConnection")]
    public async Task Should_fail_http_invoke_under_the_name_that_a_definition_expects(string path, string? connection, string error)
    {
        var item = await _bed.Desk.Send(Desk.Item("http:invoke", new { ApiEndpoint = Url + path, Method = "GET", Authentication = new { ConnectionArn = connection } }));
        (await _bed.Desk.Failure(item)).Error.ShouldBe(error);
    }

    [Fact]
    public async Task Should_send_method_headers_and_body()
    {
        var json = await _bed.Desk.Send(Desk.Item(
            "http", new { url = Url + "/mirror", method = "POST", headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["X-Mark"] = "m" }, body = new { a = 1 } }));
        var text = await _bed.Desk.Send(Desk.Item(
            "http", new { url = Url + "/mirror", method = "POST", headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Content-Type"] = "text/csv" }, body = "a;b" }));

        (await _bed.Desk.Success(json)).Output.GetProperty("body").GetRawText().ShouldBe("""{"type":"application/json","mark":"m","body":"{\"a\":1}"}""");
        (await _bed.Desk.Success(text)).Output.GetProperty("body").GetRawText().ShouldBe("""{"type":"text/csv","mark":"","body":"a;b"}""");
    }

    [Theory]
    [InlineData("/missing", "Http.404", "answered 404 Not Found")]
    [InlineData("/round", "Http.302", "answered 302")]
    [InlineData("/big", "Http.ResponseTooLarge", "more than 4000 bytes (Flow:Worker:Http:MaxResponseBytes)")]
    [InlineData("/slow", "Http.Timeout", "did not end within 0.5 s")]
    public async Task Should_fail_by_name(string path, string error, string cause)
    {
        var item = await _bed.Desk.Send(Desk.Item("http", new { url = Url + path, timeoutSeconds = path == "/slow" ? 0.5 : 30 }));

        var failure = await _bed.Desk.Failure(item);
        failure.Error.ShouldBe(error);
        failure.Cause.ShouldNotBeNull().ShouldContain(cause);
        if (path == "/missing")
            failure.Details!.Value.GetProperty("body").GetProperty("why").GetString().ShouldBe("gone");
    }

    [Theory]
    [InlineData("ftp://127.0.0.1/x", "Http.InvalidRequest")]
    [InlineData("nonsense", "Http.InvalidRequest")]
    [InlineData("http://127.0.0.1:1/", "Http.ConnectionFailed")]
    public async Task Should_fail_where_it_cannot_reach(string url, string error)
    {
        var item = await _bed.Desk.Send(Desk.Item("http", new { url }));

        (await _bed.Desk.Failure(item)).Error.ShouldBe(error);
    }

    [Fact]
    public async Task Should_refuse_a_method_that_is_none()
    {
        var item = await _bed.Desk.Send(Desk.Item("http", new { url = Url + "/json", method = "GET IT" }));

        (await _bed.Desk.Failure(item)).Error.ShouldBe("Http.InvalidRequest");
    }
}
