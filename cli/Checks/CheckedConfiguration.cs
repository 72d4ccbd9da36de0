using System.CommandLine;
using Flow.Persistence;
using Flow.Transports;
using Flow.Transports.Checks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Flow.Cli.Checks;

/// <summary>The configuration that services would have: files, and the environment over them.</summary>
internal static class CheckedConfiguration
{
    /// <summary>Names a database to services that need one to be built; nothing connects to it.</summary>
    public const string AnyDatabase = "Host=localhost;Database=flow";

    public static readonly Option<string[]> Files = new("--config") { Description = "A JSON file with settings, as a service's appsettings.json; any number of times, later ones win; the environment wins over them", HelpName = "file" };

    /// <exception cref="CliException">A file cannot be read.</exception>
    public static IConfigurationRoot Read(ParseResult parsed, params KeyValuePair<string, string?>[] defaults)
    {
        var builder = new ConfigurationBuilder().AddInMemoryCollection(defaults);
        foreach (var file in parsed.GetValue(Files) ?? [])
            builder.AddJsonFile(Path.GetFullPath(file), optional: false);
        try
        {
            return builder.AddEnvironmentVariables().Build();
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw CliException.Usage($"The configuration cannot be read: {exception.Message} {exception.InnerException?.Message}".TrimEnd());
        }
    }

    /// <summary>Builds every service and validates its settings; where those of the transport or the database are wrong, with others in their place, so that all that is wrong is found at once.</summary>
    public static ConfiguredServices BuildServices(IConfiguration configuration)
    {
        var transport = TransportChecks.FindWrongSettings(configuration);
        var database = DatabaseFault(configuration);
        var sound = new ConfigurationBuilder().AddConfiguration(configuration);
        if (transport.Count > 0)
            sound.AddInMemoryCollection([new("Flow:Transport", nameof(FlowTransport.InMemory)), new("Flow:MaxMessageBytes", "")]);
        if (database is not null)
            sound.AddInMemoryCollection([new("ConnectionStrings:Flow", AnyDatabase)]);

        var services = new List<ServiceProcess>();
        var problems = transport.Concat(database is null ? [] : [database]).Select(problem => (Service: "", Problem: problem)).ToList();
        foreach (var name in ServiceProcess.Names)
        {
            try
            {
                var service = ServiceProcess.Build(name, sound.Build());
                services.Add(service);
                service.Services.GetService<IStartupValidator>()?.Validate();
            }
            catch (Exception exception) when (exception is InvalidOperationException or OptionsValidationException or AggregateException or ArgumentException or FormatException)
            {
                problems.AddRange(Problems(exception).Select(problem => (name, problem)));
            }
        }

        var results = problems.GroupBy(one => one.Problem, one => one.Service).Select(group => new CheckResult("configuration", CheckStatus.Problem, group.Key)).ToList();
        if (results.Count == 0)
            results.Add(new("configuration", CheckStatus.Ok, $"The settings of {string.Join(", ", ServiceProcess.Names)} are right."));
        return new(services, results, HasTransport: transport.Count == 0, HasDatabase: database is null);
    }

    private static string? DatabaseFault(IConfiguration configuration)
    {
        try
        {
            FlowDatabase.KindOf(configuration.GetConnectionString(FlowDatabase.ConnectionName));
            return null;
        }
        catch (InvalidOperationException exception)
        {
            return exception.Message;
        }
    }

    private static IEnumerable<string> Problems(Exception exception) => exception switch
    {
        OptionsValidationException options => options.Failures,
        AggregateException many => many.InnerExceptions.SelectMany(Problems),
        _ => [exception.Message],
    };
}

/// <summary>The services of a configuration.</summary>
/// <param name="Services">Those that could be built.</param>
/// <param name="Results">What is wrong with the settings, or that nothing is.</param>
/// <param name="HasTransport">Whether the transport is the configured one; else its settings are wrong.</param>
/// <param name="HasDatabase">Whether the database is the configured one; else none is named.</param>
internal sealed record ConfiguredServices(IReadOnlyList<ServiceProcess> Services, IReadOnlyList<CheckResult> Results, bool HasTransport, bool HasDatabase) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        foreach (var service in Services)
            await service.DisposeAsync();
    }
}
