using System.CommandLine;
using System.CommandLine.Parsing;
using Flow.Cli.Checks;
using Flow.Cli.Output;
using Flow.Contracts;
using Flow.Transports;
using Flow.Transports.Checks;
using Flow.Transports.RabbitMq;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Cli.Commands;

/// <summary><c>flow topology</c>: what Flow's services use on the broker, for those who create it beforehand.</summary>
internal static class TopologyCommand
{
    private static readonly Option<string[]> Queues = new("--queue", "-q")
    {
        Description = "Work queue that workers will serve, any number of times [default: default]",
        HelpName = "name",
        CustomParser = QueueNamed,
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string> Account = new("--account") { Description = "The AWS account that has the queues", HelpName = "12 digits", Required = true };

    public static Command Build() => new("topology", "What Flow's services use on the broker: export it, or compare the broker with it.") { BuildExport(), BuildVerify() };

    private static Command BuildExport()
    {
        var rabbitMq = new Command("rabbitmq", "Print the exchanges, queues and bindings as definitions for 'rabbitmqctl import_definitions' and the management API. No broker is asked.") { Queues, CheckedConfiguration.Files };
        rabbitMq.SetAction(ExportRabbitMqAsync);
        rabbitMq.WithExamples("flow topology export rabbitmq --queue default --queue video > definitions.json", "rabbitmqctl import_definitions definitions.json");
        var iam = new Command("iam", "Print the least IAM policy for a process of Flow on Amazon SQS, with region, name prefix and mode of Flow:AmazonSqs. AWS is not asked.") { Account, CheckedConfiguration.Files };
        iam.SetAction(ExportIam);
        iam.WithExamples("Flow__AmazonSqs__Region=eu-central-1 flow topology export iam --account 123456789012");
        return new Command("export", "Print it in a form that the broker's own tools read.") { rabbitMq, iam };
    }

    private static Command BuildVerify()
    {
        var verify = new Command("verify", "Compare the broker with what the services use; list what is missing or different.") { Queues, CheckedConfiguration.Files };
        verify.SetAction(VerifyAsync);
        return verify.WithExamples("ConnectionStrings__RabbitMq=amqp://flow:secret@rabbitmq/flow flow topology verify --queue default --queue video");
    }

    private static async Task<int> ExportRabbitMqAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var configuration = Configuration(parsed);
        configuration["Flow:Transport"] = nameof(FlowTransport.RabbitMq);
        var (topology, settings) = await TopologyAsync(configuration, parsed);
        await Console.Out.WriteLineAsync(topology!.ToDefinitions(settings!.VirtualHost).AsMemory(), cancellationToken);
        return ExitCode.Ok;
    }

    private static int ExportIam(ParseResult parsed)
    {
        try
        {
            Console.Out.WriteLine(AmazonSqsTopology.IamPolicy(AmazonSqsSettings.Read(Configuration(parsed)), parsed.GetRequiredValue(Account)));
            return ExitCode.Ok;
        }
        catch (ArgumentException wrong)
        {
            throw CliException.Usage(wrong.Message);
        }
        catch (InvalidOperationException wrong)
        {
            throw CliException.Failed(wrong.Message);
        }
    }

    private static async Task<int> VerifyAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var configuration = Configuration(parsed);
        var (topology, settings) = await TopologyAsync(configuration, parsed);
        if (topology is null)
            throw CliException.Usage("Flow:Transport is not RabbitMq: its queues are made by the processes that use them, and there is nothing to verify.");
        var comparison = await CompareAsync(topology, configuration, cancellationToken);
        if (parsed.WantsJson())
            Terminal.WriteJson(new { differences = comparison.Differences, @unchecked = comparison.Unchecked });
        else
            Print(comparison, settings!.VirtualHost);
        return comparison.Differences.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    private static void Print(TopologyComparison comparison, string virtualHost)
    {
        foreach (var difference in comparison.Differences)
            Console.Out.WriteLine(difference);
        if (comparison.Unchecked is { } reason)
            Terminal.Note($"Only the names of exchanges and queues were compared, not their arguments and bindings. {reason}");
        if (comparison.Differences.Count == 0)
            Console.Out.WriteLine($"The virtual host '{virtualHost}' has what Flow's services use.");
        else
            Terminal.Error($"{comparison.Differences.Count} differences. Import what 'flow topology export rabbitmq' prints; what is there with other arguments must be deleted first.");
    }

    private static async Task<TopologyComparison> CompareAsync(RabbitMqTopology topology, IConfiguration configuration, CancellationToken cancellationToken)
    {
        try
        {
            return await TopologyComparison.RunAsync(topology, configuration, cancellationToken);
        }
        catch (TransportUnreachableException unreachable)
        {
            throw new CliException(ExitCode.Unreachable, unreachable.Message);
        }
        catch (InvalidOperationException refused)
        {
            throw CliException.Failed(refused.Message);
        }
    }

    /// <summary>What the services use on the broker does not depend on the database, but they ask for one.</summary>
    private static IConfigurationRoot Configuration(ParseResult parsed) => CheckedConfiguration.Read(parsed, new KeyValuePair<string, string?>("ConnectionStrings:Flow", CheckedConfiguration.AnyDatabase));

    private static async Task<(RabbitMqTopology? Topology, RabbitMqSettings? Settings)> TopologyAsync(IConfiguration configuration, ParseResult parsed)
    {
        await using var configured = CheckedConfiguration.BuildServices(configuration);
        if (configured.Results.Where(result => result.Status == CheckStatus.Problem).Select(result => result.Finding).ToList() is { Count: > 0 } problems)
            throw CliException.Failed(string.Join('\n', problems));
        var queues = parsed.GetValue(Queues) is { Length: > 0 } named ? named : [QueueNames.DefaultWorkQueue];
        var services = configured.Services.Select(service => service.Services).ToList();
        return (RabbitMqTopology.Of(services, queues), services[0].GetService<RabbitMqSettings>());
    }

    private static string[] QueueNamed(ArgumentResult argument)
    {
        foreach (var fault in argument.Tokens.Select(token => QueueNames.WorkQueueNameFault(token.Value)).OfType<string>())
            argument.AddError(fault);
        return [.. argument.Tokens.Select(token => token.Value)];
    }
}
