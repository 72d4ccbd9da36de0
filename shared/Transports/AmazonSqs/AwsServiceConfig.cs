using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;

namespace Flow.Transports.AmazonSqs;

/// <summary>Where one AWS service is, and for which region requests are signed. Credentials are those of AWS's chain: environment, profile, web identity, container, instance.</summary>
internal sealed class AwsServiceConfig : ClientConfig
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(40);

    private readonly string _service;
    private readonly string _version;

    /// <param name="service">Its name in endpoints and signatures, e.g. <c>sqs</c>.</param>
    /// <param name="version">Version of its API.</param>
    /// <param name="region">Region that signs, e.g. <c>eu-central-1</c>.</param>
    /// <param name="url">Its address; null: the one AWS has in the region.</param>
    public AwsServiceConfig(string service, string version, string region, Uri? url)
        : base(new StandardConfiguration())
    {
        (_service, _version) = (service, version);
        var endpoint = RegionEndpoint.GetBySystemName(region);
        ServiceId = service;
        AuthenticationServiceName = service;
        RegionEndpoint = endpoint;
        AuthenticationRegion = region;
        Address = url ?? new Uri($"https://{service}.{region}.{endpoint.PartitionDnsSuffix}");
        EndpointProvider = new FixedEndpoint(Address);
        // Longer than the longest poll.
        Timeout = CallTimeout;
    }

    public Uri Address { get; }

    public override string ServiceVersion => _version;

    public override string UserAgent { get; } = "Flow";

    public override string RegionEndpointServiceName => _service;

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) => new(Address.ToString());

    private sealed class FixedEndpoint(Uri address) : IEndpointProvider
    {
        public Endpoint ResolveEndpoint(EndpointParameters parameters) => new(address.ToString());
    }

    private sealed class StandardConfiguration : IDefaultConfigurationProvider
    {
        public IDefaultConfiguration GetDefaultConfiguration(RegionEndpoint clientRegion, DefaultConfigurationMode? requestedConfigurationMode = null) => new DefaultConfiguration
        {
            Name = DefaultConfigurationMode.Standard,
            RetryMode = RequestRetryMode.Standard,
            ConnectTimeout = TimeSpan.FromSeconds(5),
        };
    }
}
