using System.Collections.Concurrent;
using System.Diagnostics;

namespace Flow.Simulation.Tests;

/// <summary>Schedule after schedule from a seed on, until the time is up or one finds something. <c>./test.sh simulate [--seed S] [--minutes N]</c>; without minutes the one schedule.</summary>
internal static class LongRun
{
    private const string Usage = "simulate [--seed S] [--minutes N]: S a whole number from 0 (default 1), N from 0 to 1440 (default 0: the schedule of that seed alone).";
    private const int Batch = 10_000;

    public static async Task<int> RunAsync(string[] options)
    {
        if (!TryRead(options, out var seed, out var minutes))
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }

        var clock = Stopwatch.StartNew();
        var broken = new ConcurrentQueue<string>();
        var schedules = 0;
        do
        {
            await Parallel.ForEachAsync(Enumerable.Range(seed + schedules, minutes == 0 ? 1 : Batch), async (at, _) =>
            {
                if (await Simulation.RunAsync(at) is { } failure)
                    broken.Enqueue(failure);
            });
            schedules += minutes == 0 ? 1 : Batch;
        }
        while (broken.IsEmpty && clock.Elapsed < TimeSpan.FromMinutes(minutes));

        foreach (var failure in broken.Take(3))
            Console.WriteLine(failure);
        Console.WriteLine($"{schedules} schedules from seed {seed} on in {clock.Elapsed.TotalSeconds:0} s: {(broken.IsEmpty ? "nothing is broken" : $"{broken.Count} broke something")}.");
        return broken.IsEmpty ? 0 : 1;
    }

    private static bool TryRead(string[] options, out int seed, out double minutes)
    {
        (seed, minutes) = (1, 0);
        for (var i = 0; i < options.Length; i += 2)
        {
            var value = i + 1 < options.Length ? options[i + 1] : "";
            var isKnown = options[i] switch
            {
                "--seed" => int.TryParse(value, out seed) && seed >= 0,
                "--minutes" => double.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out minutes) && minutes is >= 0 and <= 1_440,
                _ => false,
            };
            if (!isKnown)
                return false;
        }

        return true;
    }
}
