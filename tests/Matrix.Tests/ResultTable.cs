using System.Collections.Concurrent;
using System.Reflection;
using Flow.Transports.Matrix.Tests;

[assembly: AssemblyFixture(typeof(ResultTable))]

namespace Flow.Transports.Matrix.Tests;

/// <summary>What each transport was seen to do, as a Markdown table on standard output when all tests have run.</summary>
public sealed class ResultTable : IDisposable
{
    private static readonly ConcurrentDictionary<(string Transport, string Scenario), string> Results = new();

    internal static void Note(string transport, string scenario, string result) => Results[(transport, scenario)] = result;

    public void Dispose()
    {
        var transports = Results.Keys.Select(key => key.Transport).Distinct().Order(StringComparer.Ordinal).ToList();
        if (transports.Count == 0)
            return;
        Console.WriteLine($"| Flow can | {string.Join(" | ", transports)} |");
        Console.WriteLine($"|---|{string.Concat(transports.Select(_ => "---|"))}");
        var tried = Results.Keys.Select(key => key.Scenario).ToHashSet(StringComparer.Ordinal);
        foreach (var scenario in typeof(TransportMatrix).GetMethods().Select(method => method.Name).Where(tried.Contains))
        {
            var cells = transports.Select(transport => Results.GetValueOrDefault((transport, scenario), "not tried"));
            Console.WriteLine($"| {scenario.Replace("Should_", string.Empty, StringComparison.Ordinal).Replace('_', ' ')} | {string.Join(" | ", cells)} |");
        }
    }
}
