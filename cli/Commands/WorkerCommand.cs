using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Flow.Cli.Dev;
using Flow.Cli.Output;
using Flow.Contracts;
using Flow.Hosting;
using Flow.StockWorker;
using Flow.Worker;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Flow.Cli.Commands;

/// <summary><c>flow worker</c>.</summary>
internal static class WorkerCommand
{
    private const int MaxTries = 100;
    private const int MaxConcurrency = 1_000;

    private static readonly Option<string[]> Queues = new("--queue", "-q") { Description = "Queue to take items from, any number of times [default: default]", HelpName = "name", CustomParser = QueueNamed, Arity = ArgumentArity.OneOrMore };
    private static readonly Option<int?> Tries = new("--tries") { Description = "Calls of a handler for one attempt, while they fail with transient errors [default: 1]", CustomParser = argument => Values.Whole(1, MaxTries)(argument) };
    private static readonly Option<int?> Concurrency = new("--concurrency", "-c") { Description = "Items at once [default: twice the processors]", CustomParser = argument => Values.Whole(1, MaxConcurrency)(argument) };
    private static readonly Option<TimeSpan?> Sleep = new("--sleep") { Description = "Wait between two looks at an empty queue, on a transport that polls; the ones there are do not, and hand items out as they come", HelpName = "duration", CustomParser = Values.Duration };

    public static Command Build()
    {
        var command = new Command("worker", "Run the stock worker in this process until Ctrl-C. The transport comes from the environment, as in production.") { Queues, Sleep, Tries, Concurrency };
        command.SetAction(async (parsed, cancellationToken) => await FlowProgram.RunAsync(() => ServeAsync(parsed, cancellationToken)));
        return command.WithExamples(
            "ConnectionStrings__RabbitMq=amqp://guest:guest@localhost:5672 flow worker",
            "flow worker --queue emails --tries 3 --concurrency 10");
    }

    private static async Task ServeAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(Sleep) is not null)
            Terminal.Note("--sleep has no effect: this transport hands items out as they come.");
        await using var app = Worker(parsed);
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var ending = app.Lifetime.ApplicationStopping.Register(stopping.SetResult);
        await using var asked = cancellationToken.Register(app.Lifetime.StopApplication);
        try
        {
            await app.StartAsync(cancellationToken);
            Greet(app, parsed.WantsJson());
            await stopping.Task;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to stop before it was up.
        }

        await app.StopAsync(CancellationToken.None);
    }

    private static WebApplication Worker(ParseResult parsed)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "flow", ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddEnvironmentVariables();
        builder.Configuration.AddInMemoryCollection(Settings(parsed));
        builder.AddFlowDefaults("worker");
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        // Standard output belongs to the command; signals too.
        builder.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        builder.AddStockWorker();
        var app = builder.Build();
        app.MapFlowDefaults();
        return app;
    }

    /// <summary>What was said here comes before the environment.</summary>
    private static Dictionary<string, string?> Settings(ParseResult parsed)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (index, queue) in (parsed.GetValue(Queues) ?? []).Index())
            settings[$"{FlowWorkerOptions.Section}:{nameof(FlowWorkerOptions.Queues)}:{index}"] = queue;
        Set(nameof(FlowWorkerOptions.RetryMaxAttempts), parsed.GetValue(Tries));
        Set(nameof(FlowWorkerOptions.Concurrency), parsed.GetValue(Concurrency));
        return settings;

        void Set(string name, int? value)
        {
            if (value is { } given)
                settings[$"{FlowWorkerOptions.Section}:{name}"] = given.ToString(CultureInfo.InvariantCulture);
        }
    }

    private static void Greet(WebApplication app, bool json)
    {
        var worker = app.Services.GetRequiredService<WorkerIdentity>().WorkerId;
        var options = app.Services.GetRequiredService<IOptions<FlowWorkerOptions>>().Value;
        var queues = options.Queues is { Count: > 0 } named ? named : [QueueNames.DefaultWorkQueue];
        var url = app.Urls.First();
        if (json)
            Terminal.WriteJsonLine(new { workerId = worker, queues, concurrency = options.Concurrency, tries = options.RetryMaxAttempts ?? 1, url });
        else
            Console.Out.WriteLine($"Worker {worker} takes items from {string.Join(", ", queues)}, at most {options.Concurrency} at once. Ctrl-C: it finishes or gives back what it has. Health and metrics are at {url}.");
    }

    private static string[] QueueNamed(ArgumentResult argument)
    {
        foreach (var token in argument.Tokens.Where(token => !QueueNames.IsWorkQueueName(token.Value)))
            argument.AddError($"'{token.Value}' is not a queue name: use 1 to {QueueNames.MaxWorkQueueNameLength} lower-case letters, digits, '-', '_' or '.'.");
        return [.. argument.Tokens.Select(token => token.Value)];
    }
}
