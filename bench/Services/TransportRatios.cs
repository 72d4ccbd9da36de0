namespace Flow.Bench.Services;

/// <summary>
/// Throughput of each transport by that of RabbitMQ in the same run. All are up at once and measured in turns, so that what else the machine does falls on all of them; each figure is the median of the rounds.
/// </summary>
internal static class TransportRatios
{
    private const string Baseline = "RabbitMq";

    /// <summary>After one that warms up.</summary>
    private const int Rounds = 5;

    private static readonly string[] All = [Baseline, "Postgres", "Redis", "AmazonSqs", "Sqlite", "InMemory"];

    private static readonly (string Workload, int Count)[] Measured = [("send", 2_000), ("publish", 2_000), ("request", 1_000), ("job", 250), ("chain", 75)];

    /// <summary>Measures the transports named, or all, and always the baseline.</summary>
    public static async Task RunAsync(string[] names)
    {
        if (names.Except(All).FirstOrDefault() is { } unknown)
            throw new ArgumentException($"'{unknown}' is not a transport that is measured; there are {string.Join(", ", All)}.", nameof(names));
        var folder = Directory.CreateTempSubdirectory("flow-bench-");
        List<Contender> contenders = [];
        try
        {
            foreach (var name in All.Where(name => name == Baseline || names.Length == 0 || names.Contains(name)))
                contenders.Add(await Contender.StartAsync(name, Directory.CreateDirectory(Path.Combine(folder.FullName, name)).FullName));
            foreach (var (workload, count) in Measured)
                await MeasureAsync(contenders, workload, Math.Max(10, (int)(count * Workloads.Scale)));
        }
        finally
        {
            foreach (var contender in contenders)
                await contender.DisposeAsync();
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            folder.Delete(recursive: true);
        }
    }

    private static async Task MeasureAsync(List<Contender> contenders, string workload, int count)
    {
        var rates = contenders.ToDictionary(contender => contender.Name, _ => new List<double>(), StringComparer.Ordinal);
        for (var round = 0; round <= Rounds; round++)
        {
            // Each begins in turn.
            foreach (var contender in contenders.Skip(round % contenders.Count).Concat(contenders.Take(round % contenders.Count)))
            {
                if (await contender.MeasureAsync(workload, count) is { } rate && round > 0)
                    rates[contender.Name].Add(rate);
            }
        }

        // The first round, which warms up, is not among them.
        var calls = contenders.Where(contender => contender.CallsPerNode.ContainsKey(workload))
            .ToDictionary(contender => contender.Name, contender => Workloads.Round(Median(contender.CallsPerNode[workload].Skip(1))), StringComparer.Ordinal);
        foreach (var (name, measured) in rates.Where(r => r.Value.Count > 0))
        {
            var ratios = measured.Zip(rates[Baseline], (rate, baseline) => rate / baseline);
            Workloads.Line(new()
            {
                ["workload"] = $"transport {workload}", ["transport"] = name, ["n"] = count, ["rounds"] = Rounds,
                ["per_s"] = Math.Round(Median(measured)), ["calls_per_node"] = calls.GetValueOrDefault(name), ["ratio"] = Workloads.Round(Median(ratios)), ["least"] = Workloads.Round(ratios.Min()), ["most"] = Workloads.Round(ratios.Max()),
            });
        }
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);
}
