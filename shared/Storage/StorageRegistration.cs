using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Flow.Storage;

/// <summary>Registration of the storage.</summary>
public static class StorageRegistration
{
    /// <summary>Adds the <see cref="IObjectStorage"/> that the settings <c>Flow:Storage:*</c> name.</summary>
    public static IServiceCollection AddFlowStorage(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var kind = configuration[$"{StorageOptions.Section}:{nameof(StorageOptions.Kind)}"];
        if (!string.IsNullOrWhiteSpace(kind) && !Enum.GetNames<StorageKind>().Contains(kind, StringComparer.OrdinalIgnoreCase))
            throw new InvalidOperationException($"{StorageOptions.Section}:Kind is '{kind}'. Use one of {string.Join(", ", Enum.GetNames<StorageKind>())}.");
        services.AddOptions<StorageOptions>().Bind(configuration.GetSection(StorageOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<StorageOptions>, StorageOptionsValidation>();
        services.AddSingleton<IObjectStorage>(provider => Create(provider.GetRequiredService<IOptions<StorageOptions>>().Value));
        return services;
    }

    private static IObjectStorage Create(StorageOptions options) => options.Kind switch
    {
        StorageKind.Directory => new DirectoryStorage(options.Directory!, options.MaxObjectBytes),
        StorageKind.S3 => new S3Storage(Client(options), options.MaxObjectBytes),
        _ => new NoStorage(),
    };

    private static AmazonS3Client Client(StorageOptions options)
    {
        var config = new AmazonS3Config();
        if (options.Region is not null)
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        if (options.ServiceUrl is not null)
        {
            config.ServiceURL = options.ServiceUrl;
            config.ForcePathStyle = true;
            config.AuthenticationRegion = options.Region;
            // Servers that are not Amazon's may not know its newer checksums.
            config.RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED;
            config.ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED;
        }

        return new AmazonS3Client(config);
    }
}
