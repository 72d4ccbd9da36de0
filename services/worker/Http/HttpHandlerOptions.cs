using Microsoft.Extensions.Options;

namespace Flow.StockWorker.Http;

/// <summary>Settings of the handler <c>http</c>, section <c>Flow:Worker:Http</c>.</summary>
internal sealed class HttpHandlerOptions
{
    public const string Section = "Flow:Worker:Http";

    /// <summary>Largest response body, in bytes. Default 200,000, which fits the default output limit; 1 to 67,108,864.</summary>
    public int MaxResponseBytes { get; set; } = 200_000;

    /// <summary>Redirects followed. Default 5; 1 to 50.</summary>
    public int MaxRedirects { get; set; } = 5;

    /// <summary>Seconds a request may take when the input does not say. Default 60; 1 to 3,600.</summary>
    public int TimeoutSeconds { get; set; } = 60;

    /// <summary>Headers that <c>http:invoke</c> adds for a connection, by the connection's name. Default none.</summary>
    public Dictionary<string, Dictionary<string, string>> Connections { get; init; } = new(StringComparer.Ordinal);
}

internal sealed class HttpHandlerOptionsValidation : IValidateOptions<HttpHandlerOptions>
{
    public ValidateOptionsResult Validate(string? name, HttpHandlerOptions options)
    {
        List<string> faults = [];
        Check(nameof(options.MaxResponseBytes), options.MaxResponseBytes, 67_108_864);
        Check(nameof(options.MaxRedirects), options.MaxRedirects, 50);
        Check(nameof(options.TimeoutSeconds), options.TimeoutSeconds, 3_600);
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Check(string setting, int value, int max)
        {
            if (value < 1 || value > max)
                faults.Add($"{HttpHandlerOptions.Section}:{setting} is {value}; allowed are 1 to {max}.");
        }
    }
}
