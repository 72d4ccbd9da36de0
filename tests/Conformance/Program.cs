using Flow.Conformance;
using Flow.Conformance.Cases;
using Flow.Conformance.Judging;

// dotnet run --project tests/Conformance -- [directory] [--verbose] [--case NAME]
var wanted = Array.IndexOf(args, "--case") is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;
var directory = args.FirstOrDefault(a => !a.StartsWith('-') && a != wanted) ?? Environment.GetEnvironmentVariable("FLOW_CONFORMANCE_DIR");
if (directory is null || !Directory.Exists(Path.Combine(directory, "cases")))
{
    Console.WriteLine($"There are no conformance cases at '{directory}': name their directory as the argument, or in FLOW_CONFORMANCE_DIR.");
    Console.WriteLine("conformance: 0 passed, 0 failed");
    return 0;
}

var cases = ConformanceCase.LoadAll(directory).Where(c => wanted is null || c.Name.Contains(wanted, StringComparison.Ordinal));
Report.Print([.. cases.Select(Judge.Decide)], Console.Out, isVerbose: wanted is not null || args.Contains("--verbose"));
return 0;
