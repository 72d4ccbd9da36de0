using System.ComponentModel.DataAnnotations;

namespace Flow.Hosting;

/// <summary>What all Flow processes let themselves be told, section <c>Flow:Hosting</c>.</summary>
public sealed class HostingOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Flow:Hosting";

    /// <summary>Form of the console log. Default: <see cref="LogFormat.Text"/>.</summary>
    public LogFormat LogFormat { get; set; }

    /// <summary>How long a stopping process may take to finish or hand back its work, in seconds, 1 to 3600. Default: 30.</summary>
    [Range(1, 3600)]
    public int ShutdownTimeoutSeconds { get; set; } = 30;

    /// <summary>How long one readiness check may take before it counts as failed, in seconds, 1 to 60. Default: 5.</summary>
    [Range(1, 60)]
    public int HealthCheckTimeoutSeconds { get; set; } = 5;
}

/// <summary>Form of the console log.</summary>
public enum LogFormat
{
    /// <summary>One line a record, for people.</summary>
    Text,

    /// <summary>One JSON object a line, for log collectors.</summary>
    Json,
}
