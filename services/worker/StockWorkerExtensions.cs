using System.Text.Json;
using Flow.StockWorker.Exec;
using Flow.StockWorker.Http;
using Flow.StockWorker.Publish;
using Flow.Worker;
using Microsoft.Extensions.Options;

namespace Flow.StockWorker;

/// <summary>The handlers that come with Flow.</summary>
public static class StockWorkerExtensions
{
    /// <summary>
    /// Adds the stock handlers to the process's worker: <c>echo</c>, <c>delay</c>, <c>http</c>, <c>exec</c> (refuses until <c>Flow:Worker:Exec:Enabled</c>), <c>publish</c>,
    /// and those that serve integrations of Step Functions by their names: <c>http:invoke</c>, <c>sqs:sendMessage</c>, <c>sns:publish</c> and <c>events:putEvents</c>.
    /// </summary>
    public static TBuilder AddStockWorker<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddOptions<HttpHandlerOptions>().Bind(builder.Configuration.GetSection(HttpHandlerOptions.Section)).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<HttpHandlerOptions>, HttpHandlerOptionsValidation>();
        builder.Services.AddOptions<ExecHandlerOptions>().Bind(builder.Configuration.GetSection(ExecHandlerOptions.Section)).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<ExecHandlerOptions>, ExecHandlerOptionsValidation>();
        builder.Services.AddHttpClient(HttpHandler.Name, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(services => new SocketsHttpHandler
            {
                AllowAutoRedirect = true,
                MaxAutomaticRedirections = services.GetRequiredService<IOptions<HttpHandlerOptions>>().Value.MaxRedirects,
                UseCookies = false,
            })
            .RemoveAllLoggers();
        builder.Services.AddSingleton<BusPublisher>();
        return builder.AddFlowWorker(worker => worker
            .AddHandler("echo", (JsonElement input, NodeContext _) => Task.FromResult(input))
            .AddHandlers());
    }
}
