using Flow.Contracts.Api;

namespace Flow.Client;

/// <summary>The server answered, and refused. The message is <see cref="Detail"/>.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="type">Stable type of the problem.</param>
/// <param name="detail">What is wrong and how to mend it.</param>
/// <param name="findings">What is wrong with the definition, if that is the problem.</param>
public sealed class FlowApiException(int status, string type, string detail, IReadOnlyList<DefinitionFinding> findings) : Exception(detail)
{
    /// <summary>HTTP status, e.g. 404.</summary>
    public int Status { get; } = status;

    /// <summary>Stable type of the problem, e.g. <c>urn:flow:problem:unknown-workflow</c>; <c>about:blank</c> when the server named none.</summary>
    public string Type { get; } = type;

    /// <summary>What is wrong and how to mend it.</summary>
    public string Detail { get; } = detail;

    /// <summary>What is wrong with the definition; empty unless a definition was refused.</summary>
    public IReadOnlyList<DefinitionFinding> Findings { get; } = findings;
}

/// <summary>A command was not published, because it is too large for a message. Send it over HTTP (<see cref="IFlowClient"/>), which takes inputs up to the orchestrator's <c>Flow:MaxPayloadBytes</c>.</summary>
/// <param name="command">Name of the command.</param>
/// <param name="sizeBytes">Its size as JSON, in bytes.</param>
/// <param name="limitBytes">The limit, in bytes.</param>
public sealed class FlowMessageTooLargeException(string command, long sizeBytes, long limitBytes) : Exception(
    $"{command} is {sizeBytes} bytes, over the limit of {limitBytes} bytes for a message (FlowClientOptions.MaxMessageBytes). Send it over HTTP (IFlowClient, POST /v1/runs), which takes inputs up to the orchestrator's Flow:MaxPayloadBytes.")
{
    /// <summary>Size of the command as JSON, in bytes.</summary>
    public long SizeBytes { get; } = sizeBytes;

    /// <summary>The limit, in bytes.</summary>
    public long LimitBytes { get; } = limitBytes;
}

/// <summary>No answer came: the server is down, the address is wrong, or the connection broke on every attempt.</summary>
/// <param name="address">Where the server was looked for.</param>
/// <param name="cause">The last failure.</param>
/// <param name="service">The service that was looked for.</param>
public sealed class FlowUnreachableException(Uri address, Exception cause, string service = "orchestrator") : Exception($"No Flow {service} answers at {address}: {cause.Message}", cause)
{
    /// <summary>Where the server was looked for.</summary>
    public Uri Address { get; } = address;
}
