using System.CommandLine;
using Flow.Cli.Output;
using Flow.Contracts.Api;

namespace Flow.Cli.Commands;

/// <summary><c>flow workflows</c>.</summary>
internal static class WorkflowsCommand
{
    private const int PageSize = 500;

    private static readonly Argument<string> Source = new("file") { Description = "A definition in JSON or YAML (.json, .yaml, .yml, or - for standard input)" };
    private static readonly Argument<string> Name = new("name") { Description = "Name of the workflow" };
    private static readonly Option<string?> RegisterAs = new("--name") { Description = "Name of the workflow [default: the file's name up to its first dot]" };
    private static readonly Option<int?> Version = new("--version", "-v") { Description = "Version to show [default: the newest]", CustomParser = argument => Values.Whole(1, int.MaxValue)(argument) };

    public static Command Build() => new Command("workflows", "Register, list, show, validate and test workflow definitions.")
    {
        Verb("register", "Register a definition as the newest version of a workflow.", RegisterAsync, [Source, RegisterAs])
            .WithExamples("flow workflows register order.asl.yaml", "flow workflows register order.json --name shop-order"),
        Verb("list", "List the registered workflows.", ListAsync, []).WithExamples("flow workflows list"),
        Verb("show", "Show a workflow with its definition.", ShowAsync, [Name, Version])
            .WithExamples("flow workflows show order", "flow workflows show order --version 2 -o json | jq .definition"),
        Verb("validate", "Say what is wrong with a definition. Needs no orchestrator. Exit 1 when something is.", ValidateAsync, [Source])
            .WithExamples("flow workflows validate order.asl.yaml"),
        TestNodeCommand.Build(),
    }.WithExamples("flow workflows register order.asl.yaml", "flow workflows list", "flow workflows validate order.asl.yaml");

    private static Command Verb(string name, string description, Func<ParseResult, CancellationToken, Task<int>> action, Symbol[] symbols)
    {
        var command = new Command(name, description);
        foreach (var argument in symbols.OfType<Argument>())
            command.Add(argument);
        foreach (var option in symbols.OfType<Option>())
            command.Add(option);
        command.SetAction(action);
        return command;
    }

    private static async Task<int> RegisterAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var file = await DefinitionFile.ReadAsync(parsed.GetRequiredValue(Source), cancellationToken);
        var name = parsed.GetValue(RegisterAs) ?? file.WorkflowName ?? throw CliException.Usage("A definition from standard input needs --name.");
        var workflow = await parsed.Client().RegisterWorkflowAsync(name, file.ForServer, cancellationToken);
        if (parsed.WantsJson())
        {
            Terminal.WriteJson(workflow);
            return ExitCode.Ok;
        }

        await Console.Out.WriteLineAsync($"Registered {workflow.Name} version {workflow.Version} ({workflow.Hash[..12]}).");
        Terminal.Note($"Start a run with 'flow start {workflow.Name}'.");
        return ExitCode.Ok;
    }

    private static async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var client = parsed.Client();
        var all = new List<WorkflowSummary>();
        string? cursor = null;
        do
        {
            var page = await client.ListWorkflowsAsync(PageSize, cursor, cancellationToken);
            all.AddRange(page.Items);
            cursor = page.Next;
        }
        while (cursor is not null);

        if (parsed.WantsJson())
        {
            Terminal.WriteJson(new Page<WorkflowSummary>(all, null));
        }
        else if (all.Count == 0)
        {
            Terminal.Note("No workflow is registered. Register one with 'flow workflows register <file>'.");
        }
        else
        {
            var now = TimeProvider.System.GetUtcNow();
            var table = new PlainTable("workflow", ">version", ">registered", "hash", "comment");
            foreach (var workflow in all)
                table.Row(Words.Text(workflow.Name), workflow.Version.ToString(), Words.Ago(workflow.RegisteredAt, now), workflow.Hash[..12], Words.Text(workflow.Comment));
            table.Print();
        }

        return ExitCode.Ok;
    }

    private static async Task<int> ShowAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var workflow = await parsed.Client().GetWorkflowAsync(parsed.GetRequiredValue(Name), parsed.GetValue(Version), cancellationToken);
        if (parsed.WantsJson())
        {
            Terminal.WriteJson(workflow);
            return ExitCode.Ok;
        }

        Terminal.Note($"{workflow.Name} version {workflow.Version} of {string.Join(", ", workflow.Versions)}, registered {Words.Ago(workflow.RegisteredAt, TimeProvider.System.GetUtcNow())}, hash {workflow.Hash}");
        Terminal.WriteJson(workflow.Definition);
        return ExitCode.Ok;
    }

    private static async Task<int> ValidateAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var given = parsed.GetRequiredValue(Source);
        var findings = (await DefinitionFile.ReadAsync(given, cancellationToken)).Validate();
        if (findings.Count > 0)
            return FindingPrinter.Print(given, findings, parsed.WantsJson());
        if (parsed.WantsJson())
            Terminal.WriteJson(new DefinitionValidation(true, []));
        else
            await Console.Out.WriteLineAsync($"{(given == "-" ? "standard input" : given)} is a sound definition.");
        return ExitCode.Ok;
    }
}
