using System.Globalization;

namespace Flow.Bench.Services;

/// <summary>What a process and its descendants used, by /proc.</summary>
internal static class ProcessTree
{
    // USER_HZ of every Linux there is.
    private const double MillisecondsPerTick = 10;

    /// <summary>CPU time used so far in milliseconds, of ended children too, and resident memory in MiB, shared pages in equal parts.</summary>
    public static (double CpuMs, double RssMb) Measure(int root)
    {
        var all = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _))
            .Select(name => Stat(int.Parse(name!, CultureInfo.InvariantCulture))).OfType<Sample>().ToLookup(sample => sample.Parent);
        var own = Stat(root) ?? throw new InvalidOperationException($"Process {root} has ended.");
        var (cpu, rss) = (0.0, 0.0);
        var open = new Stack<Sample>([own]);
        while (open.TryPop(out var sample))
        {
            cpu += sample.CpuMs;
            rss += Resident(sample.Id);
            foreach (var child in all[sample.Id])
                open.Push(child);
        }

        return (cpu, rss);
    }

    /// <summary>Most resident memory of the process itself since <see cref="ForgetPeak"/>, in MiB.</summary>
    public static double Peak(int id)
    {
        var line = File.ReadLines($"/proc/{id}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line[6..^2], CultureInfo.InvariantCulture) / 1024.0;
    }

    public static void ForgetPeak(int id) => File.WriteAllText($"/proc/{id}/clear_refs", "5");

    private static Sample? Stat(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            // The second field is the program's name in brackets and may hold anything.
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            var ticks = fields[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture));
            return new(id, int.Parse(fields[1], CultureInfo.InvariantCulture), ticks * MillisecondsPerTick);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static double Resident(int id)
    {
        try
        {
            var line = File.ReadLines($"/proc/{id}/smaps_rollup").First(line => line.StartsWith("Pss:", StringComparison.Ordinal));
            return long.Parse(line[4..^2], CultureInfo.InvariantCulture) / 1024.0;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private sealed record Sample(int Id, int Parent, double CpuMs);
}
