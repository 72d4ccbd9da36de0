using Flow.Jsonata.Functions;

namespace Flow.Jsonata.Tests.Robustness;

/// <summary>Every built-in function with every mixture of kinds of arguments gives a value, nothing, or the one documented exception.</summary>
public sealed class When_functions_are_called_with_anything
{
    private static readonly string[] Values =
    [
        "nothing", "null", "true", "0", "-1", "2.5", "1e300", "''", "'a b'", "'\ud800'", "'[Y]-[M01]'", "'#,##0.0;o'", "[]", "[3, 1, 2]", "['x', 'y']", "[{'a': 1}, [null]]", "{}", "{'a': {'b': 'c'}}",
        "/a./i", "function($x) { $x }", "function($x, $y, $z) { $z }", "$sum", "$substring(?, 1)",
    ];

    private readonly JsonataLimits _limits = new(MaxSteps: 20_000, MaxDepth: 200, MaxBytes: 1024 * 1024);

    public static TheoryData<string, int> Functions =>
    [
        .. new[] { NumberFunctions.All, AggregateFunctions.All, TextFunctions.All, PatternFunctions.All, EncodingFunctions.All, TimeFunctions.All, ArrayFunctions.All, ObjectFunctions.All, HigherOrderFunctions.All, GeneralFunctions.All, StatesFunctions.All }
            .SelectMany(group => group)
            .Select(function => (function.Name, function.Arity)),
    ];

    [Theory]
    [MemberData(nameof(Functions))]
    public void Should_answer(string name, int arity)
    {
        Given.Outcome($"${name}()", limits: _limits).ShouldNotBeEmpty();
        foreach (var first in Values)
        {
            Given.Outcome($"${name}({first})", limits: _limits).ShouldNotBeEmpty();
            Given.Outcome($"{first} ~> ${name}", limits: _limits).ShouldNotBeEmpty();
            Given.Outcome($"({first}).${name}()", limits: _limits).ShouldNotBeEmpty();
            foreach (var second in Values)
            {
                Given.Outcome($"${name}({first}, {second})", limits: _limits).ShouldNotBeEmpty();
                Given.Outcome($"({first}).${name}({second})", limits: _limits).ShouldNotBeEmpty();
                foreach (var third in arity > 2 ? Values : [])
                    Given.Outcome($"${name}({first}, {second}, {third})", limits: _limits).ShouldNotBeEmpty();
            }
        }
    }
}
