using System.CommandLine;
using Flow.Cli.Dev;
using Flow.Cli.Output;
using Spectre.Console;

namespace Flow.Cli.Commands;

/// <summary><c>flow dev</c>.</summary>
internal static class DevCommand
{
    private const int UsualPort = 5080;

    private static readonly Option<string> Database = new("--db") { Description = "SQLite file that keeps everything; made when missing", HelpName = "file", DefaultValueFactory = _ => "flow.db" };
    private static readonly Option<int> Port = PortCheck.Option("--port", "Port of the HTTP API; 0 takes a free one", UsualPort);
    private static readonly Option<int> MonitorPort = PortCheck.Option("--monitor-port", "Port of the monitor; 0 takes a free one", 5081);
    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Log as the services do in production, not only warnings and worse" };

    public static Command Build()
    {
        var command = new Command("dev", "Run orchestrator, stock worker and monitor in this process, on one SQLite file, for 127.0.0.1 only.") { Database, Port, MonitorPort, Verbose };
        command.SetAction(RunAsync);
        return command.WithExamples("flow dev", "flow dev --db /tmp/try.db --port 6080 --monitor-port 6081");
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = new DevSettings
        {
            Database = Path.GetFullPath(parsed.GetRequiredValue(Database)),
            Port = parsed.GetValue(Port),
            MonitorPort = parsed.GetValue(MonitorPort),
            IsVerbose = parsed.GetValue(Verbose),
        };
        try
        {
            await using var host = await DevHost.StartAsync(settings, cancellationToken);
            if (parsed.WantsJson())
                Terminal.WriteJsonLine(new { url = host.OrchestratorUrl, monitorUrl = host.MonitorUrl, database = settings.Database });
            else
                Greet(host, settings.Database);
            await host.Stopped.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Ok;
        }

        throw CliException.Failed("A service stopped by itself; the log says why (--verbose says more).");
    }

    private static void Greet(DevHost host, string database)
    {
        var api = host.OrchestratorUrl.GetLeftPart(UriPartial.Authority);
        Terminal.Out.MarkupLine("[green]Flow is ready.[/]");
        Terminal.Out.WriteLine($"  HTTP API  {api}  (described at {api}/openapi/v1.json)");
        Terminal.Out.WriteLine($"  monitor   {host.MonitorUrl.GetLeftPart(UriPartial.Authority)}");
        Terminal.Out.WriteLine($"  database  {database}");
        Terminal.Out.WriteLine();
        Terminal.Out.WriteLine("Try, in another shell:");
        if (host.OrchestratorUrl.Port != UsualPort)
            Terminal.Out.WriteLine($"  export FLOW_URL={api}");
        Terminal.Out.WriteLine("  flow workflows register examples/order.asl.yaml");
        Terminal.Out.WriteLine("  flow start order --input '{\"id\": 7, \"total\": 120}' --wait");
        Terminal.Out.WriteLine("  flow runs");
        Terminal.Out.WriteLine();
        Terminal.Out.WriteLine("Ctrl-C stops it; runs go on where they were at the next start.");
    }
}
