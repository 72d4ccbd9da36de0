using System.CommandLine;
using System.Text.Json;
using Flow.Cli.Demo;
using Flow.Cli.Dev;
using Flow.Cli.Output;
using Flow.Client;
using Flow.Contracts.Api;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace Flow.Cli.Commands;

/// <summary><c>flow demo</c>.</summary>
internal static class DemoCommand
{
    private const string WorkflowName = "digest";
    private const int MaxFiles = 1000;

    private static readonly Argument<string?> Target = new("directory") { Description = "Directory whose text files are digested [default: Flow's own sources, else the current directory]", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<int> Files = new("--files") { Description = $"Digest at most so many files, up to {MaxFiles}", DefaultValueFactory = _ => 100, CustomParser = Values.Whole(1, MaxFiles) };
    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Log what the services do, on standard error" };

    public static Command Build()
    {
        var command = new Command("demo", "Run a real workflow on real files: list, hash, count, retry, join. Starts everything it needs on a temporary file and leaves nothing behind.") { Target, Files, Verbose };
        command.SetAction(RunAsync);
        return command.WithExamples("flow demo", "flow demo ~/notes --files 500", "flow demo -o json | jq .words");
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var request = new DigestRequest(parsed.GetValue(Target) is { } given ? Path.GetFullPath(given) : OwnSources(), parsed.GetValue(Files));
        var format = parsed.GetValue(SharedOptions.Format);
        var temporary = Directory.CreateTempSubdirectory("flow-demo-");
        try
        {
            if (format == OutputFormat.Table)
                Terminal.Out.WriteLine($"Starting orchestrator, worker and monitor on {Path.Combine(temporary.FullName, "demo.db")} ...");
            var settings = new DevSettings
            {
                Database = Path.Combine(temporary.FullName, "demo.db"),
                IsVerbose = parsed.GetValue(Verbose),
                LogLevel = LogLevel.Error,
                AddHandlers = DemoWorker.AddHandlers,
            };
            await using var host = await DevHost.StartAsync(settings, cancellationToken);
            return await DigestAsync(SharedOptions.Client(host.OrchestratorUrl), request, format, cancellationToken);
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
    }

    private static async Task<int> DigestAsync(IFlowClient client, DigestRequest request, OutputFormat format, CancellationToken cancellationToken)
    {
        await client.RegisterWorkflowAsync(WorkflowName, DefinitionText.Json(Definition()), cancellationToken);
        var run = await client.StartRunAsync(new StartRunRequest { Workflow = WorkflowName, Input = JsonSerializer.SerializeToElement(request, JsonSerializerOptions.Web) }, cancellationToken: cancellationToken);
        if (format == OutputFormat.Table)
            Terminal.Out.WriteLine($"Run {run.RunId} of workflow '{WorkflowName}' on {request.Directory}");

        var progress = await ProgressView.FollowAsync(new HistoryReader(client, run.RunId).ReadAsync(follow: true, cancellationToken), format, cancellationToken);
        var details = await client.GetRunAsync(run.RunId, cancellationToken);
        if (details.Run.Status != RunStatus.Succeeded)
            throw CliException.Failed($"The run {details.Run.Status} at {details.Run.Node}: {details.Run.Error}: {details.Cause}");

        var report = details.Output!.Value.Deserialize<DigestReport>(JsonSerializerOptions.Web)!;
        if (format == OutputFormat.Json)
            Terminal.WriteJson(report);
        else
            ReportPrinter.Print(report, progress, details.Run.EndedAt!.Value - details.Run.StartedAt);
        return ExitCode.Ok;
    }

    private static string Definition()
    {
        using var stream = typeof(DemoCommand).Assembly.GetManifestResourceStream("digest.asl.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>The repository this was built from, when it is there.</summary>
    private static string OwnSources()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Flow.sln")))
                return at.FullName;
        }

        return Directory.GetCurrentDirectory();
    }
}
