namespace Flow.Architecture.Tests;

/// <summary>
/// Who may reference what. A project that is not in the table may not exist; what is not in its row it may not reference.
/// Projects of one floor know each other only where the table says so, and no floor knows one above it.
/// </summary>
internal static class ReferenceTable
{
    private static readonly Dictionary<string, (string[] Projects, string[] Packages)> Allowed = new(StringComparer.Ordinal)
    {
        // Floor 0: the base class library alone; the states language is written in JSONata too.
        ["Flow.Contracts"] = ([], []),
        ["Flow.Jsonata"] = ([], []),
        ["Flow.StatesLanguage"] = (["Flow.Jsonata"], []),
        // Floor 1: one technology each.
        ["Flow.Yaml"] = ([], ["YamlDotNet"]),
        ["Flow.Sqlite"] = ([], ["Microsoft.Data.Sqlite"]),
        ["Flow.Transports"] = (["Flow.Contracts", "Flow.Sqlite"], ["AWSSDK.Core", "MassTransit", "MassTransit.RabbitMQ", "RabbitMQ.Client", "Npgsql", "StackExchange.Redis"]),
        ["Flow.Persistence"] = (["Flow.Sqlite"],
            ["MassTransit", "Microsoft.EntityFrameworkCore.Relational", "Microsoft.EntityFrameworkCore.Sqlite", "Npgsql.EntityFrameworkCore.PostgreSQL"]),
        ["Flow.Storage"] = ([], ["AWSSDK.S3", "Microsoft.Extensions.DependencyInjection.Abstractions", "Microsoft.Extensions.Options.ConfigurationExtensions"]),
        ["Flow.Hosting"] = (["Flow.Transports"], ["OpenTelemetry", "OpenTelemetry.Exporter.OpenTelemetryProtocol"]),
        ["Flow.Worker"] = (["Flow.Contracts", "Flow.Transports", "Flow.Worker.Analyzers"], ["MassTransit"]),
        ["Flow.Worker.Analyzers"] = ([], ["Microsoft.CodeAnalysis.CSharp"]),
        ["Flow.Client"] = (["Flow.Contracts"], ["MassTransit"]),
        ["Flow.Testing"] = (["Flow.StatesLanguage", "Flow.Yaml"], []),
        // Floor 2: the services; never each other. (EF's Design package makes migrations and is not shipped.)
        ["Flow.Orchestrator"] = (["Flow.Contracts", "Flow.StatesLanguage", "Flow.Yaml", "Flow.Persistence", "Flow.Storage", "Flow.Hosting"],
            ["Microsoft.AspNetCore.OpenApi", "Microsoft.EntityFrameworkCore.Design"]),
        ["Flow.StockWorker"] = (["Flow.Worker", "Flow.Worker.Analyzers", "Flow.Hosting"], []),
        ["Flow.Monitor"] = (["Flow.Contracts", "Flow.Persistence", "Flow.Hosting"], ["Microsoft.EntityFrameworkCore.Design"]),
        // Floor 3: the command line, the one place that puts the services into one process.
        ["Flow.Cli"] = (["Flow.Client", "Flow.StatesLanguage", "Flow.Yaml", "Flow.Worker.Analyzers", "Flow.Orchestrator", "Flow.StockWorker", "Flow.Monitor"],
            ["System.CommandLine", "Spectre.Console"]),
    };

    public static IReadOnlyCollection<string> Names => Allowed.Keys;

    public static IEnumerable<string> Violations(IEnumerable<Project> projects) => projects.Where(project => !project.IsTest && !IsForUsers(project)).SelectMany(Check);

    /// <summary>Services stay removable: besides the command line only tests may know one.</summary>
    public static IEnumerable<string> ServiceViolations(IReadOnlyCollection<Project> projects)
    {
        var services = projects.Where(project => project.IsService).Select(project => project.Name).ToHashSet(StringComparer.Ordinal);
        return from project in projects
               where !project.IsTest && project.Name != "Flow.Cli"
               from reference in project.Projects
               where services.Contains(reference)
               select $"{project.Path} references the service {reference}: services share messages, not code";
    }

    private static IEnumerable<string> Check(Project project)
    {
        if (!Allowed.TryGetValue(project.Name, out var row))
            return [$"{project.Path} is not in the reference table: add a row with what it may reference"];
        return project.Projects.Except(row.Projects, StringComparer.Ordinal).Select(reference => $"{project.Path} must not reference the project {reference}")
            .Concat(project.Packages.Except(row.Packages, StringComparer.Ordinal).Select(package => $"{project.Path} must not reference the package {package}"));
    }

    // Examples and benchmarks stand where a user's own code would.
    private static bool IsForUsers(Project project) =>
        project.Path.StartsWith("examples/", StringComparison.Ordinal) || project.Path.StartsWith("bench/", StringComparison.Ordinal);
}
