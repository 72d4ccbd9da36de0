using System.Diagnostics;
using System.Text.Json;

namespace Flow.Transports.Tests;

/// <summary>
/// A process of its own that sends and handles numbers until it is killed, and writes one line for each send that the transport acknowledged and for
/// each message handled: <c>sent 17</c>, <c>handled 17</c>.
/// </summary>
internal static class CrashChild
{
    public const string Argument = "crash-child";
    public const string Work = "work";
    public const string Drain = "drain";

    private const string Queue = "crash";
    private const int Senders = 8;

    /// <summary>Starts one; disposing it is the kill (SIGKILL).</summary>
    public static Killed Start(IReadOnlyDictionary<string, string?> settings, string log, string mode, params (string Name, string Value)[] environment)
    {
        var assembly = typeof(CrashChild).Assembly.Location;
        var start = new ProcessStartInfo("dotnet", [assembly, Argument, mode, log, JsonSerializer.Serialize(settings)]) { UseShellExecute = false };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new Killed(Process.Start(start) ?? throw new InvalidOperationException($"dotnet {assembly} did not start."));
    }

    public static async Task<int> RunAsync(string[] arguments)
    {
        var (mode, log) = (arguments[0], arguments[1]);
        var settings = JsonSerializer.Deserialize<Dictionary<string, string?>>(arguments[2])!;
        await using var effects = new StreamWriter(new FileStream(log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        await using var host = await TestHost.StartAsync(settings);
        await host.ServeAsync<Numbered>(Queue, context =>
        {
            Note(effects, "handled", context.Message.Number);
            return Task.CompletedTask;
        });

        // Numbers of different processes must not be the same.
        var next = mode == Work ? Environment.ProcessId * 10_000 % 1_000_000_000 : 0;
        if (mode == Work)
            await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => SendForEverAsync()));
        await new TaskCompletionSource().Task;
        return 0;

        async Task SendForEverAsync()
        {
            while (true)
            {
                var number = Interlocked.Increment(ref next);
                await host.SendAsync(Queue, new Numbered(number));
                Note(effects, "sent", number);
            }
        }
    }

    /// <summary>The numbers noted for an effect; a last line cut off by the kill does not count.</summary>
    public static HashSet<int> Read(string log, string effect)
    {
        if (!File.Exists(log))
            return [];
        using var reader = new StreamReader(new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var text = reader.ReadToEnd();
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n')
            .Select(line => line.Split(' ')).Where(words => words.Length == 2 && words[0] == effect).Select(words => int.Parse(words[1])).ToHashSet();
    }

    public sealed class Killed(Process process) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    private static void Note(StreamWriter effects, string effect, int number)
    {
        lock (effects)
            effects.Write($"{effect} {number}\n");
    }
}
