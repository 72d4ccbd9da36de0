using Flow.Client;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registration of Flow's clients.</summary>
public static class FlowClientRegistration
{
    /// <summary>
    /// Adds <see cref="IFlowClient"/> (HTTP, singleton) and <see cref="FlowBusClient"/> (bus, scoped; needs <c>AddMassTransit</c> when used).
    /// A wrong option stops the first use with the option's name.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options; null: the defaults.</param>
    public static IServiceCollection AddFlowClient(this IServiceCollection services, Action<FlowClientOptions>? configure = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<FlowClientOptions>()
            .Configure(options => configure?.Invoke(options))
            .ValidateDataAnnotations()
            .Validate(o => o.Address is { IsAbsoluteUri: true, Scheme: "http" or "https" }, "Flow client: Address must be an absolute http or https URI, e.g. http://127.0.0.1:5080.");
        services.TryAddSingleton<IFlowClient>(provider =>
        {
            var time = provider.GetRequiredService<TimeProvider>();
            return new HttpFlowClient(new HttpCaller(NewHttpClient(), provider.GetRequiredService<IOptions<FlowClientOptions>>().Value, time), time);
        });
        services.TryAddScoped<FlowBusClient>();
        return services;
    }

    /// <summary>Adds <see cref="IFlowMonitorClient"/> (HTTP, singleton). A wrong option stops the first use with the option's name.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options; null: the defaults.</param>
    public static IServiceCollection AddFlowMonitorClient(this IServiceCollection services, Action<FlowMonitorClientOptions>? configure = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<FlowMonitorClientOptions>()
            .Configure(options => configure?.Invoke(options))
            .ValidateDataAnnotations()
            .Validate(o => o.Address is { IsAbsoluteUri: true, Scheme: "http" or "https" }, "Flow monitor client: Address must be an absolute http or https URI, e.g. http://127.0.0.1:5081.");
        services.TryAddSingleton<IFlowMonitorClient>(provider =>
        {
            var options = provider.GetRequiredService<IOptions<FlowMonitorClientOptions>>().Value;
            var caller = new HttpCaller(NewHttpClient(), new FlowClientOptions { Address = options.Address }, provider.GetRequiredService<TimeProvider>(), "monitor");
            return new HttpFlowMonitorClient(caller, options.RequestedBy);
        });
        return services;
    }

    /// <summary>The caller sets the time limits; connections are renewed so that a change of DNS is seen.</summary>
    private static HttpClient NewHttpClient() =>
        new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(2) }) { Timeout = Timeout.InfiniteTimeSpan };
}
