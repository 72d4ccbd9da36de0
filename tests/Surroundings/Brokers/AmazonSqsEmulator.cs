using System.Diagnostics;
using System.Globalization;

namespace Flow.Transports.Tests.Brokers;

/// <summary>SQS and SNS as the npm package fauxqs has them, one for the whole run of the tests; it ends with this process.</summary>
internal static class AmazonSqsEmulator
{
    private static readonly Lazy<Task<(Uri? Address, string? Reason)>> Running = new(StartAsync);

    // Held: the emulator ends when its input is closed.
    private static Process? _process;

    public static string Packages { get; } = Path.Combine(Checkout.Root, "tests", "tools", "node_modules");

    /// <summary>Its address, or the test is skipped.</summary>
    public static async Task<Uri> AddressAsync()
    {
        var (address, reason) = await Running.Value;
        Assert.SkipWhen(address is null, reason ?? string.Empty);
        return address;
    }

    /// <summary>What AWS's chain of credentials finds first; nobody here asks for others.</summary>
    public static void SetCredentials()
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "test");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "test");
    }

    private static async Task<(Uri? Address, string? Reason)> StartAsync()
    {
        SetCredentials();
        if (!Directory.Exists(Path.Combine(Packages, "fauxqs")))
            return (null, "run npm ci in tests/tools, or ./test.sh");
        try
        {
            _process = Process.Start(new ProcessStartInfo("node", [Path.Combine(Checkout.Root, "tests", "servers", "amazon.mjs")])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;
            var line = await _process.StandardOutput.ReadLineAsync();
            return int.TryParse(line, CultureInfo.InvariantCulture, out var port) ? (new Uri($"http://127.0.0.1:{port}"), null) : (null, $"the emulator of SQS did not start: {line}");
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            return (null, $"node is missing: {exception.Message}");
        }
    }
}
