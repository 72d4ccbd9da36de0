using Flow.Transports.Checks;
using Microsoft.Extensions.Configuration;

namespace Flow.Transports.Tests;

/// <summary>The checks of a transport, as <c>flow doctor</c> makes them.</summary>
internal static class Doctor
{
    /// <summary>Makes those of the transport that the settings name, for workers that hold a message for a minute at the most.</summary>
    public static Task<IReadOnlyList<CheckResult>> RunAsync(IReadOnlyDictionary<string, string?> settings) =>
        TransportChecks.For(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), TimeSpan.FromMinutes(1)).RunAsync(TestContext.Current.CancellationToken);
}
