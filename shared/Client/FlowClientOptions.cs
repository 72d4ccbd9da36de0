using System.ComponentModel.DataAnnotations;

namespace Flow.Client;

/// <summary>Where the orchestrator is and how patiently it is called.</summary>
public sealed class FlowClientOptions
{
    /// <summary>Address of the orchestrator's HTTP API, an absolute http or https URI. Default: <c>http://127.0.0.1:5080</c>, where <c>flow dev</c> listens.</summary>
    [Required]
    public Uri Address { get; set; } = new("http://127.0.0.1:5080");

    /// <summary>How often a call is tried at most while the connection fails or a gateway answers 502, 503 or 504. From 1 to 10. Default: 3.</summary>
    [Range(1, 10)]
    public int Attempts { get; set; } = 3;

    /// <summary>Wait before the second attempt; doubled for each further one. From zero to 10 seconds. Default: 200 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest wait for one answer (a long poll's own time comes on top). From 1 second to 10 minutes. Default: 60 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Largest command that <see cref="FlowBusClient"/> publishes, as JSON in bytes; a larger one goes over HTTP. Default: 1,048,576, as <c>Flow:MaxMessageBytes</c>. From 1,024 to 134,217,728.</summary>
    [Range(1_024, 134_217_728)]
    public int MaxMessageBytes { get; set; } = 1_048_576;
}
