using System.CommandLine;
using Flow.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Cli;

/// <summary>How results are printed.</summary>
internal enum OutputFormat
{
    /// <summary>For people.</summary>
    Table,

    /// <summary>For programs: the values as the HTTP API gives them, and nothing else on standard output.</summary>
    Json,
}

/// <summary>The options every command has, and the client they describe.</summary>
internal static class SharedOptions
{
    private const string UrlVariable = "FLOW_URL";

    public static readonly Option<string?> Url = new("--url")
    {
        Description = $"Address of the orchestrator [default: {UrlVariable}, else http://127.0.0.1:5080]",
        HelpName = "address",
        Recursive = true,
    };

    public static readonly Option<OutputFormat> Format = new("--output", "-o")
    {
        Description = "Print a table for people, or json and nothing else",
        HelpName = Values.Names<OutputFormat>("|"),
        CustomParser = Values.OneOf<OutputFormat>,
        Recursive = true,
    };

    public const string MonitorVariable = "FLOW_MONITOR_URL";

    /// <summary>Of the commands that ask the monitor.</summary>
    public static readonly Option<string?> Monitor = new("--monitor")
    {
        Description = $"Address of the monitor [default: {MonitorVariable}, else http://127.0.0.1:5081]",
        HelpName = "address",
    };

    public static bool WantsJson(this ParseResult parsed) => parsed.GetValue(Format) == OutputFormat.Json;

    /// <summary>The client for the orchestrator that <c>--url</c> or <c>FLOW_URL</c> names.</summary>
    public static IFlowClient Client(this ParseResult parsed) => Client(Address(parsed, Url, UrlVariable) ?? new FlowClientOptions().Address);

    public static IFlowClient Client(Uri address) =>
        new ServiceCollection().AddFlowClient(options => options.Address = address).BuildServiceProvider().GetRequiredService<IFlowClient>();

    /// <summary>The client for the monitor that <c>--monitor</c> or <c>FLOW_MONITOR_URL</c> names.</summary>
    public static IFlowMonitorClient MonitorClient(this ParseResult parsed)
    {
        var address = Address(parsed, Monitor, MonitorVariable) ?? new FlowMonitorClientOptions().Address;
        return new ServiceCollection().AddFlowMonitorClient(options => options.Address = address).BuildServiceProvider().GetRequiredService<IFlowMonitorClient>();
    }

    /// <summary>The services whose addresses were given, by option or environment; those with a default only are not among them.</summary>
    public static IReadOnlyList<(string Name, Uri Address)> GivenAddresses(ParseResult parsed) =>
    [
        .. Address(parsed, Url, UrlVariable) is { } orchestrator ? [("orchestrator", orchestrator)] : Array.Empty<(string, Uri)>(),
        .. Address(parsed, Monitor, MonitorVariable) is { } monitor ? [("monitor", monitor)] : Array.Empty<(string, Uri)>(),
    ];

    private static Uri? Address(ParseResult parsed, Option<string?> option, string variable)
    {
        var (source, text) = parsed.GetValue(option) is { } given ? (option.Name, given) : (variable, Environment.GetEnvironmentVariable(variable));
        if (string.IsNullOrWhiteSpace(text))
            return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw CliException.Usage($"{source} '{text}' is not an address. Use one like http://127.0.0.1:5080.");
    }
}
