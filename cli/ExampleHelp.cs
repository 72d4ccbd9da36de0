using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;

namespace Flow.Cli;

/// <summary>The usual help, followed by the command's examples.</summary>
internal sealed class ExampleHelp(HelpAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var code = help.Invoke(parseResult);
        var examples = Examples.Of(parseResult.CommandResult.Command);
        if (examples.Count > 0)
        {
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var example in examples)
                output.WriteLine(example.Length == 0 ? "" : "  " + example);
            output.WriteLine();
        }

        return code;
    }
}

/// <summary>Examples that the help of a command shows.</summary>
internal static class Examples
{
    private static readonly ConditionalWeakTable<Command, string[]> All = [];

    public static T WithExamples<T>(this T command, params string[] examples)
        where T : Command
    {
        All.Add(command, examples);
        return command;
    }

    public static IReadOnlyList<string> Of(Command command) => All.TryGetValue(command, out var examples) ? examples : [];
}
