using System.Reflection;
using System.Security.Cryptography;

namespace Flow.Worker;

/// <summary>Who this worker is. One for the life of the process; never shared, never used again.</summary>
public sealed class WorkerIdentity
{
    /// <summary>Makes a new identity.</summary>
    /// <param name="time">The clock.</param>
    public WorkerIdentity(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        StartedAt = time.GetUtcNow();
        WorkerId = $"{Host}-{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
    }

    /// <summary>Host name, process id and eight random characters, e.g. <c>node-7-4211-9f03ab1c</c>.</summary>
    public string WorkerId { get; }

    /// <summary>Host name.</summary>
    public string Host { get; } = Environment.MachineName;

    /// <summary>Version of the program the worker is part of.</summary>
    public string Version { get; } = Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>When it started.</summary>
    public DateTimeOffset StartedAt { get; }
}
