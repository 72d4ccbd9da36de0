using Microsoft.Extensions.Options;

namespace Flow.Storage;

/// <summary>Where objects are kept.</summary>
public enum StorageKind
{
    /// <summary>Nowhere: distributed Maps cannot read items or write results.</summary>
    None,

    /// <summary>In a local directory: a bucket is a folder in it.</summary>
    Directory,

    /// <summary>In Amazon S3, or what speaks its protocol.</summary>
    S3,
}

/// <summary>Settings <c>Flow:Storage:*</c>.</summary>
public sealed class StorageOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Flow:Storage";

    /// <summary>Where objects are kept. Default None.</summary>
    public StorageKind Kind { get; set; }

    /// <summary>The directory, with <see cref="StorageKind.Directory"/>.</summary>
    public string? Directory { get; set; }

    /// <summary>The region, with <see cref="StorageKind.S3"/>; null: as the environment and the profile say.</summary>
    public string? Region { get; set; }

    /// <summary>Address of a server that speaks S3's protocol; null: Amazon's.</summary>
    public string? ServiceUrl { get; set; }

    /// <summary>Largest object that is read, in bytes. Default 67,108,864 (64 MiB); from 1,024 to 1,073,741,824.</summary>
    public int MaxObjectBytes { get; set; } = 64 * 1024 * 1024;
}

internal sealed class StorageOptionsValidation : IValidateOptions<StorageOptions>
{
    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        List<string> faults = [];
        if (options.Kind == StorageKind.Directory && string.IsNullOrWhiteSpace(options.Directory))
            faults.Add($"{StorageOptions.Section}:Directory is missing: name the directory that objects are kept in, or set {StorageOptions.Section}:Kind to one of {string.Join(", ", Enum.GetNames<StorageKind>())}.");
        if (options.ServiceUrl is { } url && !Uri.TryCreate(url, UriKind.Absolute, out _))
            faults.Add($"{StorageOptions.Section}:ServiceUrl is '{url}', which is no address: use one like http://127.0.0.1:9000.");
        if (options.MaxObjectBytes is < 1_024 or > 1_073_741_824)
            faults.Add($"{StorageOptions.Section}:MaxObjectBytes is {options.MaxObjectBytes}; allowed are 1024 to 1073741824.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
