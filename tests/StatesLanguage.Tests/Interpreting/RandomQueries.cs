using System.Text.Json.Nodes;

namespace Flow.StatesLanguage.Tests.Interpreting;

/// <summary>The same in JSONata: queries that may give nothing, a function or an error, be endless, or be no queries.</summary>
internal sealed class RandomQueries(int seed) : RandomDefinition(seed)
{
    private static readonly string[] Atoms =
    [
        "$states.input", "$states.input.a", "$states.input.list", "$states.context.State.Name", "$states.context.Map.Item.Value", "$x", "$x.a", "$", "a.b", "1", "-0.5", "'text'", "true", "null", "[1..3]", "{'a': 1}", "$sum", "$f",
    ];

    private static readonly string[] Shapes =
    [
        "{0}", "{0}", "{0} + {1}", "{0} & {1}", "[{0}, {1}]", "{{ 'a': {0}, 'b': {1} }}", "{0}[{1}]", "{0} = {1} ? {0} : {1}", "$exists({0})", "$map([{0}], function($v) {{ {1} }})", "$string({0})", "$count({0}) > {1}",
        "({0}).({1})", "{0}^({1})", "{0} ~> $sum", "( $f := function($n) {{ $n > 9 ? {0} : $f($n + 1) }}; $f(1) )", "$merge([{0}, {1}])", "$random() < 0.5 ? {0} : {1}", "$uuid()", "$spread({0})", "{0} in {1}", "$not({0})", "{0}.*", "{0}.**", "$states.result",
        "( $g := function() {{ 1 + $g() }}; $g() )", "{0} +", "$eval({0})",
    ];

    public override string Text()
    {
        var machine = Machine(depth: 0);
        machine["QueryLanguage"] = "JSONata";
        return machine.ToJsonString();
    }

    protected override JsonObject Wait() => new() { ["Type"] = "Wait", ["Seconds"] = Chance(2) ? Number(2) : Query() };

    protected override JsonObject Fail() => new() { ["Type"] = "Fail", ["Error"] = "Bad", ["Cause"] = Query() };

    protected override void Select(JsonObject state) => state["Output"] = Query();

    protected override JsonObject Choice(List<string> names) => new()
    {
        ["Type"] = "Choice",
        ["Choices"] = new JsonArray(new JsonObject { ["Condition"] = Chance(3) ? Query() : $"{{% {Atom()} = {Atom()} %}}", ["Next"] = Pick(names), ["Output"] = Template() }),
        ["Default"] = Pick(names),
    };

    protected override void Shape(JsonObject state, string type, List<string> names)
    {
        if (Chance(3))
            state["Output"] = Chance(2) ? Query() : Template();
        if (Chance(3))
            state["Assign"] = new JsonObject { ["x"] = Query(), ["y"] = 1 };
        if (type is "Task" or "Parallel" && Chance(2))
            state["Arguments"] = Template();
        if (type == "Map")
            state["Items"] = Chance(3) ? Query() : "{% [1, 2] %}";
        if (type != "Pass")
            Outlive(state, new() { ["ErrorEquals"] = new JsonArray(Pick(Errors)), ["Next"] = Pick(names), ["Output"] = Chance(2) ? Query() : "{% $states.errorOutput %}" });
    }

    private JsonObject Template() => new() { ["x"] = 1, ["list"] = new JsonArray(1, new JsonObject { ["a"] = Query() }) };

    private string Atom() => Pick(Atoms);

    // Most shapes are harmless; the last few are not, and would leave hardly a definition sound.
    private string Query() => Chance(12) ? $"{{% {Filled(Pick(Shapes))} %}}" : $"{{% {Filled(Pick(Shapes[..^5]))} %}}";

    private string Filled(string shape) => string.Format(System.Globalization.CultureInfo.InvariantCulture, shape, Atom(), Atom());
}
