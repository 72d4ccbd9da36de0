using System.Diagnostics;
using System.Globalization;

namespace Flow.Chaos.Tests;

/// <summary>
/// The long version: faults drawn by a seed, at moments and under loads drawn by it too, until the time is up; the last fifth of it on a cluster of brokers that
/// loses nodes. <c>./test.sh chaos --minutes N [--seed S] [--fault NAME]</c>.
/// </summary>
internal static class Storm
{
    private const string Usage = "chaos [--minutes N] [--seed S] [--fault NAME]: N from 1 to 1440 (default 10), S any whole number (default: drawn), NAME of the one fault (default: all).";

    public static async Task<int> RunAsync(string[] options)
    {
        if (Read(options) is not var (minutes, seed, only))
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }

        Console.WriteLine($"chaos for {minutes} minutes with seed {seed}");
        var random = new Random(seed);
        var clock = Stopwatch.StartNew();
        var results = new List<CaseResult>();
        var left = new List<string>();
        var total = TimeSpan.FromMinutes(minutes);
        var here = FaultCatalog.All.Where(fault => only is null || fault.Name == only).ToList();
        if (here.Count > 0)
            await StrikeAsync(1, here, random, () => clock.Elapsed < (only is null ? 0.8 : 1) * total, results, left);
        if (only is null || only == FaultCatalog.NodeLost.Name)
            await StrikeAsync(3, [FaultCatalog.NodeLost], random, () => clock.Elapsed < total, results, left);

        Console.WriteLine();
        Console.WriteLine(ResultTable.Of(results));
        var problems = results.Sum(result => result.Findings.Problems.Count) + left.Count;
        Console.WriteLine(problems == 0 ? $"seed {seed}: {results.Count} faults, nothing wrong" : $"seed {seed}: {results.Count} faults, {problems} problems");
        return problems == 0 ? 0 : 1;
    }

    /// <summary>Strikes one site with these faults as long as there is time.</summary>
    private static async Task StrikeAsync(
        int brokerNodes, IReadOnlyList<Fault> faults, Random random, Func<bool> hasTime, List<CaseResult> results, List<string> left)
    {
        await using var site = await ChaosSite.StartAsync(brokerNodes);
        var runner = new CaseRunner(site);
        var deck = new Queue<Fault>();
        while (hasTime())
        {
            // Each once before any comes again, in an order of its own every time.
            if (deck.Count == 0)
            {
                Fault[] all = [.. faults];
                random.Shuffle(all);
                deck = new Queue<Fault>(all);
            }

            var pace = new Pace(RunsPerSecond: random.Next(2, 9), RunsBefore: random.Next(2, 20), RunsAfter: random.Next(2, 12));
            var result = await runner.RunAsync(deck.Dequeue(), pace, Severity.Full);
            results.Add(result);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{results.Count,4} {result.Fault}: {result.Findings.Runs} runs, recovery {result.Recovery.TotalSeconds:0.0} s, slowest run {result.Findings.Slowest.TotalSeconds:0.0} s"));
            foreach (var problem in result.Findings.Problems)
                Console.WriteLine($"     {problem}");
        }

        left.AddRange(await Leftovers.InOutboxAsync(site.Flow));
        left.ForEach(Console.WriteLine);
    }

    private static (int Minutes, int Seed, string? Only)? Read(string[] options)
    {
        var (minutes, seed, only) = (10, Random.Shared.Next(1, 1_000_000), (string?)null);
        foreach (var option in options.Chunk(2))
        {
            switch (option)
            {
                case ["--minutes", var text] when int.TryParse(text, CultureInfo.InvariantCulture, out minutes) && minutes is >= 1 and <= 1440: break;
                case ["--seed", var text] when int.TryParse(text, CultureInfo.InvariantCulture, out seed): break;
                case ["--fault", var name] when FaultCatalog.All.Append(FaultCatalog.NodeLost).Any(fault => fault.Name == name): only = name; break;
                default: return null;
            }
        }

        return (minutes, seed, only);
    }
}
