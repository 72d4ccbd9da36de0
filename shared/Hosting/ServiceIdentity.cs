using System.Reflection;

namespace Flow.Hosting;

/// <summary>What a process calls itself in logs, traces and metrics.</summary>
/// <param name="Name">Name of the service, e.g. <c>flow-orchestrator</c>.</param>
/// <param name="Version">Version of Flow, e.g. <c>0.1.0</c>.</param>
public sealed record ServiceIdentity(string Name, string Version)
{
    internal static ServiceIdentity For(string service) =>
        new(
            service.StartsWith("flow", StringComparison.Ordinal) ? service : "flow-" + service,
            typeof(ServiceIdentity).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0]);
}
