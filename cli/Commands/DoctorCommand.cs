using System.CommandLine;
using Flow.Cli.Checks;
using Flow.Cli.Output;
using Flow.Transports.Checks;
using Flow.Worker;
using Microsoft.Extensions.Configuration;

namespace Flow.Cli.Commands;

/// <summary><c>flow doctor</c>.</summary>
internal static class DoctorCommand
{
    public static Command Build()
    {
        var command = new Command("doctor", "Check what Flow needs: settings, broker, database, clocks, and services that run.") { CheckedConfiguration.Files, SharedOptions.Monitor };
        command.SetAction(RunAsync);
        return command.WithExamples(
            "ConnectionStrings__RabbitMq=amqp://flow:secret@rabbitmq ConnectionStrings__Flow='Host=db;Database=flow;Username=flow' flow doctor",
            "flow doctor --config appsettings.json --url http://orchestrator:8080 --monitor http://monitor:8080 -o json");
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var configuration = CheckedConfiguration.Read(parsed);
        var running = SharedOptions.GivenAddresses(parsed);
        await using var configured = CheckedConfiguration.BuildServices(configuration);
        List<CheckResult> checks =
        [
            .. configured.Results,
            .. configured.HasTransport ? await CheckTransportAsync(configuration, configured.Services, cancellationToken) : [new("broker", CheckStatus.Unchecked, "It could not be checked with these settings.")],
            .. configured.HasDatabase ? await DatabaseChecks.RunAsync(configured.Services, cancellationToken) : [new("database", CheckStatus.Unchecked, "It could not be checked with these settings.")],
            .. await Task.WhenAll(running.Select(service => HealthChecks.RunAsync(service.Name, service.Address, cancellationToken))),
        ];
        CheckPrinter.Print(checks, parsed.WantsJson());
        return checks.Exists(check => check.Reached == false) && !checks.Exists(check => check.Reached == true) ? ExitCode.Unreachable
            : checks.Exists(check => check.Status == CheckStatus.Problem) ? ExitCode.Failed
            : ExitCode.Ok;
    }

    private static async Task<IReadOnlyList<CheckResult>> CheckTransportAsync(IConfiguration configuration, IReadOnlyList<ServiceProcess> services, CancellationToken cancellationToken)
    {
        var leaseAfterSeconds = configuration.GetValue($"{FlowWorkerOptions.Section}:{nameof(FlowWorkerOptions.LeaseAfterSeconds)}", new FlowWorkerOptions().LeaseAfterSeconds);
        var results = await TransportChecks.For(configuration, TimeSpan.FromSeconds(leaseAfterSeconds)).RunAsync(cancellationToken);
        return results.Any(check => check is { Reached: true, Status: CheckStatus.Ok }) ? [.. results, .. await TopologyChecks.RunAsync(configuration, services, cancellationToken)] : results;
    }
}
