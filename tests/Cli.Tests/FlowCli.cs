using System.Diagnostics;
using System.Text.Json;

namespace Flow.Cli.Tests;

/// <summary>What a finished command left.</summary>
public sealed record Outcome(int ExitCode, string Output, string Error)
{
    /// <summary>Standard output as JSON: fails when there is anything else on it.</summary>
    public JsonElement Json => JsonElement.Parse(Output);
}

/// <summary>Runs the real executable as a process of its own.</summary>
public static class FlowCli
{
    public static string Assembly { get; } = Path.Combine(AppContext.BaseDirectory, "flow.dll");

    public static Task<Outcome> RunAsync(params string[] args) => RunAsync(args, input: null);

    public static async Task<Outcome> RunAsync(IReadOnlyList<string> args, string? input = null, string? directory = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        using var process = Start(args, directory, environment);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        if (input is not null)
            await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(Patience.Limit);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException e)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"flow {string.Join(' ', args)} did not end within {Patience.Limit}.", e);
        }

        return new(process.ExitCode, await output, await error);
    }

    public static Process Start(IReadOnlyList<string> args, string? directory = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("dotnet", [Assembly, .. args])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory ?? Path.GetTempPath(),
        };
        start.Environment.Remove("FLOW_URL");
        start.Environment.Remove("ConnectionStrings__Flow");
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
