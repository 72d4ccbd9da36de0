using System.CommandLine;
using System.CommandLine.Help;
using Flow.Cli.Commands;
using Flow.Cli.Output;
using Flow.Client;

namespace Flow.Cli;

/// <summary>The command line as a whole: what verbs there are, and what becomes of errors.</summary>
internal static class CommandLine
{
    /// <summary>How long a command may take to stop after Ctrl-C or SIGTERM; `flow dev` drains its worker in it.</summary>
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(45);

    /// <summary>Parses, runs, and turns every error into a message on standard error and an exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        // "@file" is a value of --input here, not System.CommandLine's response file.
        var parsed = Build().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                Terminal.Error(error.Message);
            await Console.Error.WriteLineAsync($"See 'flow{Path(parsed.CommandResult.Command)} --help'.");
            return ExitCode.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = StopTime });
        }
        catch (CliException e)
        {
            Terminal.Error(e.Message);
            return e.Code;
        }
        catch (FlowApiException e)
        {
            Terminal.Error(e.Detail);
            foreach (var finding in e.Findings)
                await Console.Error.WriteLineAsync("  " + Finding.Line(finding));
            return ExitCode.Failed;
        }
        catch (FlowUnreachableException e)
        {
            Terminal.Error($"{e.Message}\nStart one with 'flow dev', or name the right one with --url or FLOW_URL.");
            return ExitCode.Unreachable;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
    }

    private static RootCommand Build()
    {
        var root = new RootCommand("Flow runs workflows written in the Amazon States Language.")
        {
            DevCommand.Build(),
            DemoCommand.Build(),
            StartCommand.Build(),
            DispatchCommand.Build(),
            RunsCommand.Build(),
            RunCommand.Build(),
            WhyCommand.Build(),
            WaitCommand.Build(),
            SteeringCommands.BuildCancel(),
            SteeringCommands.BuildPause(),
            SteeringCommands.BuildResume(),
            SteeringCommands.BuildRedrive(),
            SteeringCommands.BuildRerun(),
            HistoryCommand.Build(),
            JournalCommand.Build(),
            ErrorsCommand.Build(),
            WorkItemsCommand.Build(),
            DeadLettersCommand.Build(),
            OutputCommand.Build(),
            QueuesCommand.Build(),
            WorkflowsCommand.Build(),
            WorkerCommand.Build(),
            WorkersCommand.Build(),
            DbCommand.Build(),
            TopologyCommand.Build(),
            DoctorCommand.Build(),
        };
        root.Options.Add(SharedOptions.Url);
        root.Options.Add(SharedOptions.Format);
        foreach (var help in root.Options.OfType<HelpOption>())
            help.Action = new ExampleHelp((HelpAction)help.Action!);
        root.SetAction(_ => root.Parse("--help").Invoke());
        return root.WithExamples(
            "flow demo                                    see a workflow run, on this machine only",
            "flow dev                                     run everything in one process on one file",
            "flow workflows register order.asl.yaml       register a definition as workflow 'order'",
            "flow start order --input '{\"id\": 7}' --wait  start a run and wait for its end",
            "",
            "Exit codes: 0 ok, 1 failed, 2 usage, 3 no orchestrator answers.");
    }

    private static string Path(Command command)
    {
        var names = new Stack<string>();
        for (var at = command; at is not RootCommand; at = (Command)at.Parents.First())
            names.Push(at.Name);
        return string.Concat(names.Select(name => " " + name));
    }
}
