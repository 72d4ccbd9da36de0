using Flow.Transports.Messages;
using Microsoft.Extensions.Configuration;

namespace Flow.Transports.Checks;

/// <summary>Looks whether a transport will carry Flow's messages: reached, permitted, and without settings of the broker that lose some.</summary>
public interface ITransportChecks
{
    /// <summary>Makes all checks that can be made. What cannot be reached, or not be checked, is among the results; nothing is thrown for it, and nothing is left behind.</summary>
    /// <param name="cancellationToken">Ends the checks.</param>
    Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellationToken);
}

/// <summary>The checks of the configured transport.</summary>
public static class TransportChecks
{
    /// <summary>The checks of the transport that <c>Flow:Transport</c> names.</summary>
    /// <param name="configuration">As for <see cref="FlowBusExtensions.AddFlowBus"/>.</param>
    /// <param name="longestDelivery">How long a worker may hold a message without acknowledging it.</param>
    /// <exception cref="InvalidOperationException">A setting is missing or wrong.</exception>
    public static ITransportChecks For(IConfiguration configuration, TimeSpan longestDelivery)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return TransportSetup.Read(configuration).Checks(longestDelivery);
    }

    /// <summary>What is wrong with the settings of the transport: each as a sentence that names the setting, its value and what is right.</summary>
    /// <param name="configuration">As for <see cref="FlowBusExtensions.AddFlowBus"/>.</param>
    public static IReadOnlyList<string> FindWrongSettings(IConfiguration configuration) =>
    [
        .. new Action[] { () => For(configuration, TimeSpan.Zero), () => MessageSizeLimit.Read(configuration) }.Select(Fault).OfType<string>().Distinct(),
    ];

    private static string? Fault(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (InvalidOperationException exception)
        {
            return exception.Message;
        }
    }
}

/// <summary>In memory and on SQLite there is no broker.</summary>
internal sealed class BrokerlessChecks(string finding) : ITransportChecks
{
    public Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<CheckResult>>([new("broker", CheckStatus.Ok, $"There is none. {finding}")]);
}
