using Flow.Orchestrator.Runs;
using Flow.Transports;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Flow.Orchestrator.Payloads;

/// <summary>Large payloads: their limits, where they are stored, and who takes them away.</summary>
internal static class PayloadsRegistration
{
    /// <summary>Room in the body of a request for what it says besides its payload, and for the whitespace of that.</summary>
    private const int BodyBytes = 1024 * 1024;

    public static IServiceCollection AddPayloads(this IServiceCollection services)
    {
        services.AddOptions<PayloadOptions>().BindConfiguration(PayloadOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<PayloadOptions>>((server, payloads) =>
            server.Limits.MaxRequestBodySize = Math.Max(server.Limits.MaxRequestBodySize ?? 0, (2L * payloads.Value.MaxPayloadBytes) + BodyBytes));
        return services
            .AddSingleton(provider => new PayloadLimits(provider.GetRequiredService<IOptions<PayloadOptions>>().Value.MaxPayloadBytes, provider.GetRequiredService<MessageLimit>()))
            .AddScoped<PayloadStore>()
            .AddScoped<OutstandingAttempts>()
            .AddSingleton<PayloadSweeper>()
            .AddHostedService(provider => provider.GetRequiredService<PayloadSweeper>());
    }
}
