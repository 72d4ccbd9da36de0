using System.Text.RegularExpressions;
using Amazon.Runtime;
using Flow.Contracts;
using Flow.Transports.AmazonSqs;
using MassTransit;
using Microsoft.Extensions.Configuration;

namespace Flow.Transports;

/// <summary>What Flow does about queues and topics that it needs.</summary>
public enum AmazonSqsTopologyMode
{
    /// <summary>It creates those that are not there.</summary>
    Create,

    /// <summary>It creates none but temporary queues, which live as long as their process; the process is not ready until all the others are there.</summary>
    Verify,
}

/// <summary>
/// Amazon SQS and SNS: the section <c>Flow:AmazonSqs</c>. Credentials are not among the settings; they come from AWS's chain: environment, profile, web identity, container, instance.
/// </summary>
public sealed partial class AmazonSqsSettings
{
    /// <summary>The section these settings bind from.</summary>
    public const string Section = "Flow:AmazonSqs";

    private const int MostTags = 40;

    /// <summary>Region, e.g. <c>eu-central-1</c>. Null (the default): that of the environment (<c>AWS_REGION</c>) or the profile; one there must be.</summary>
    public string? Region { get; set; }

    /// <summary>Address of SQS, for an emulator or an endpoint in one's own network. Null (the default): AWS's in the region.</summary>
    public Uri? ServiceUrl { get; set; }

    /// <summary>Address of SNS. Null (the default): <see cref="ServiceUrl"/>, or AWS's in the region.</summary>
    public Uri? SnsServiceUrl { get; set; }

    /// <summary>What the names of all queues and topics begin with: up to 30 letters, digits, hyphens and underscores. Default: empty, as systems on MassTransit.AmazonSQS have it.</summary>
    public string NamePrefix { get; set; } = "";

    /// <summary>Whether what is missing is created. Default: <see cref="AmazonSqsTopologyMode.Create"/>.</summary>
    public AmazonSqsTopologyMode Topology { get; set; } = AmazonSqsTopologyMode.Create;

    /// <summary>Tags of the queues and topics that Flow creates; up to 40. Default: none.</summary>
    public IDictionary<string, string> Tags { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// How long a message stays with who received it before others may have it, in seconds; renewed while it is handled. What a process that died had comes again after that time. Default 60; from 1
    /// to 43,200 (12 hours).
    /// </summary>
    public int VisibilityTimeoutSeconds { get; set; } = 60;

    /// <summary>How long queues that Flow creates keep a message that nobody takes, in days. Default 14, which is the most; from 1.</summary>
    public int RetentionDays { get; set; } = 14;

    /// <summary>Reads the section <c>Flow:AmazonSqs</c>.</summary>
    /// <param name="configuration">The configuration of a process.</param>
    /// <exception cref="InvalidOperationException">A setting is missing or wrong; names the setting, its value and what is right.</exception>
    public static AmazonSqsSettings Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var section = configuration.GetSection(Section);
        foreach (var key in (string[])["AccessKey", "AccessKeyId", "SecretKey", "SecretAccessKey", "SessionToken"])
        {
            if (section[key] is not null)
            {
                throw new InvalidOperationException(
                    $"{Section}:{key} is no setting: credentials come from AWS's chain. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or give the process a role.");
            }
        }

        var settings = section.Get<AmazonSqsSettings>() ?? new AmazonSqsSettings();
        if (string.IsNullOrWhiteSpace(settings.Region))
            settings.Region = FallbackRegionFactory.GetRegionEndpoint(includeInstanceMetadata: false)?.SystemName;
        settings.Validate();
        return settings;
    }

    internal SqsClient CreateSqsClient() => new(Region!, ServiceUrl);

    internal SnsClient CreateSnsClient() => new(Region!, SnsServiceUrl ?? ServiceUrl);

    /// <summary>Asks SQS whether it lets us in; see <see cref="BrokerProbe"/>.</summary>
    internal async Task<string?> CheckAsync(CancellationToken cancellationToken)
    {
        using var sqs = CreateSqsClient();
        try
        {
            await sqs.GetQueueUrlAsync(new AmazonSqsNames(NamePrefix).Queue(QueueNames.StartRun), cancellationToken);
            return null;
        }
        catch (ConnectionException exception) when (AwsClient.IsRefusal(exception))
        {
            throw new InvalidOperationException(
                $"{exception.Message} Give the process credentials by AWS's chain (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, a role) that may use the queues of {Region}.", exception);
        }
        catch (Exception exception) when (exception is ConnectionException or AmazonServiceException)
        {
            return $"{exception.Message.TrimEnd('.')}.";
        }
    }

    [GeneratedRegex("^[a-z]{2,}(-[a-z0-9]+)+$")]
    private static partial Regex RegionForm();

    private static bool IsAddress(Uri? address) => address is null or { IsAbsoluteUri: true, Scheme: "http" or "https" };

    private void Validate()
    {
        if (Region is null)
            throw new InvalidOperationException($"{Section}:Region is missing, and neither AWS_REGION nor a profile names one. Set it, e.g. to eu-central-1.");
        if (!RegionForm().IsMatch(Region))
            throw new InvalidOperationException($"{Section}:Region is '{Region}'. Use a region's name, e.g. eu-central-1.");
        if (!IsAddress(ServiceUrl))
            throw new InvalidOperationException($"{Section}:ServiceUrl is '{ServiceUrl}'. Use an http or https address, or leave it out for AWS's own.");
        if (!IsAddress(SnsServiceUrl))
            throw new InvalidOperationException($"{Section}:SnsServiceUrl is '{SnsServiceUrl}'. Use an http or https address, or leave it out for that of SQS.");
        if (NamePrefix.Length > AmazonSqsNames.LongestPrefix || !NamePrefix.All(AmazonSqsNames.IsAllowed))
            throw new InvalidOperationException($"{Section}:NamePrefix is '{NamePrefix}'. Use up to {AmazonSqsNames.LongestPrefix} letters, digits, '-' or '_'.");
        if (!Enum.IsDefined(Topology))
            throw new InvalidOperationException($"{Section}:Topology is '{Topology}'. Use one of: {string.Join(", ", Enum.GetNames<AmazonSqsTopologyMode>())}.");
        if (VisibilityTimeoutSeconds is < 1 or > 43_200)
            throw new InvalidOperationException($"{Section}:VisibilityTimeoutSeconds is '{VisibilityTimeoutSeconds}'. Use 1 to 43200 seconds; the default is 60.");
        if (RetentionDays is < 1 or > 14)
            throw new InvalidOperationException($"{Section}:RetentionDays is '{RetentionDays}'. Use 1 to 14 days; the default is 14.");
        if (Tags.Count > MostTags || Tags.Any(tag => tag.Key.Length is 0 or > 128 || tag.Value.Length > 256 || tag.Key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase)))
            throw new InvalidOperationException($"{Section}:Tags: use up to {MostTags} tags, with names of 1 to 128 characters that do not begin with 'aws:', and values of up to 256.");
    }
}
