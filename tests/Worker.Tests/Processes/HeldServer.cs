using Flow.Worker.Tests.Bed;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Flow.Worker.Tests.Processes;

/// <summary>Answers no request before it is told to, so a test decides how long a handler of another process takes; and as many bytes as are asked for, at once.</summary>
internal sealed class HeldServer : IAsyncDisposable
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WebApplication _server;

    private HeldServer(WebApplication server) => _server = server;

    public Observed<string> Requests { get; } = new();

    public string Url => _server.Urls.First();

    public static async Task<HeldServer> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var held = new HeldServer(builder.Build());
        held._server.MapGet("/", async (HttpContext context) =>
        {
            held.Requests.Add(context.Connection.Id);
            await held._released.Task.WaitAsync(context.RequestAborted);
            return "done";
        });
        held._server.MapGet("/large", (HttpContext context, int bytes) => context.Response.Body.WriteAsync(new byte[bytes], context.RequestAborted).AsTask());
        await held._server.StartAsync();
        return held;
    }

    public void Release() => _released.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        Release();
        await _server.DisposeAsync();
    }
}
