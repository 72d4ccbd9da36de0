using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Flow.Client.Tests;

/// <summary>One request as it arrived.</summary>
public sealed record Seen(string Method, string Path, string Query, string ContentType, string? IdempotencyKey, string Body);

/// <summary>A real HTTP server on the loopback that answers as a test tells it.</summary>
public sealed class FakeServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeServer(WebApplication app) => _app = app;

    public ConcurrentQueue<Seen> Requests { get; } = new();

    public Uri Address => new(_app.Urls.Single());

    /// <param name="answer">Given the request's number from 1.</param>
    public static async Task<FakeServer> StartAsync(Func<HttpContext, int, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new FakeServer(app);
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var request = context.Request;
            server.Requests.Enqueue(new(request.Method, request.Path.Value!, request.QueryString.Value ?? "", request.ContentType ?? "", request.Headers["Idempotency-Key"], await reader.ReadToEndAsync()));
            await answer(context, server.Requests.Count);
        });
        await app.StartAsync();
        return server;
    }

    public static Task<FakeServer> AnsweringAsync(int status, string body, string contentType = "application/json") => StartAsync((context, _) => Answer(context, status, body, contentType));

    public static Task Answer(HttpContext context, int status, string body, string contentType = "application/json")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(body);
    }

    public IFlowClient Client(Action<FlowClientOptions>? configure = null) => ClientOf(Address, configure);

    public static IFlowClient ClientOf(Uri address, Action<FlowClientOptions>? configure = null) => new ServiceCollection()
        .AddFlowClient(options =>
        {
            options.Address = address;
            options.RetryDelay = TimeSpan.FromMilliseconds(10);
            configure?.Invoke(options);
        })
        .BuildServiceProvider()
        .GetRequiredService<IFlowClient>();

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
