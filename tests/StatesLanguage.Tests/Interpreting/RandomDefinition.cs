using System.Text.Json.Nodes;

namespace Flow.StatesLanguage.Tests.Interpreting;

/// <summary>Definitions drawn at random: mostly sound, with paths that may miss, loops that may never end, and now and then a fault.</summary>
internal class RandomDefinition(int seed)
{
    private static readonly string[] Paths = ["$", "$.a", "$.b", "$.a.b", "$.list", "$.list[0]", "$..a", "$.list[*]", "$$.State.Name", "$$.Map.Item.Value", "$x", "$x.a", "$$"];
    private static readonly string[] Places = ["$", "$.a", "$.b.c", "$.list[0]", "$.x"];
    private static readonly string[] Calls = ["States.UUID()", "States.Format('{}', $.a)", "States.ArrayLength($.list)", "States.MathRandom(1, 9)", "States.JsonToString($)", "States.ArrayRange(1, 5, 2)"];
    protected static readonly string[] Errors = ["States.ALL", "States.TaskFailed", "States.Timeout", "Bad"];
    private readonly Random _random = new(seed);
    private int _names;

    public static RandomDefinition Of(int seed) => seed % 2 == 0 ? new(seed) : new RandomQueries(seed);

    public virtual string Text() => Machine(depth: 0).ToJsonString();

    protected JsonObject Machine(int depth)
    {
        var names = Enumerable.Range(0, _random.Next(1, 5)).Select(_ => $"S{_names++}").ToList();
        var states = new JsonObject();
        foreach (var name in names)
            states[name] = State(name, names, depth);
        return new() { ["StartAt"] = names[0], ["States"] = states };
    }

    private JsonObject State(string name, List<string> names, int depth)
    {
        var state = _random.Next(depth < 2 ? 9 : 6) switch
        {
            0 => Choice(names),
            1 => Wait(),
            2 => new() { ["Type"] = "Succeed" },
            3 => Fail(),
            4 or 5 => new() { ["Type"] = "Task", ["Resource"] = "flow:t", ["TimeoutSeconds"] = 9 },
            6 => new() { ["Type"] = "Parallel", ["Branches"] = new JsonArray([.. Enumerable.Range(0, _random.Next(1, 3)).Select(_ => (JsonNode)Machine(depth + 1))]) },
            7 => new() { ["Type"] = "Map", ["ItemProcessor"] = Machine(depth + 1), ["MaxConcurrency"] = _random.Next(3) },
            _ => new() { ["Type"] = "Pass" },
        };
        var type = (string)state["Type"]!;
        if (type is not ("Choice" or "Succeed" or "Fail"))
            Lead(state, names, names.IndexOf(name));
        if (type is "Pass" or "Task" or "Map" or "Parallel")
            Shape(state, type, names);
        if (type != "Fail" && Chance(5))
            Select(state);
        return state;
    }

    protected virtual JsonObject Wait() => Chance(2) ? new() { ["Type"] = "Wait", ["Seconds"] = Number(2) } : new() { ["Type"] = "Wait", ["SecondsPath"] = Pick(Paths) };

    protected virtual JsonObject Fail() => new() { ["Type"] = "Fail", ["Error"] = "Bad", ["CausePath"] = Pick(Paths) };

    protected virtual void Select(JsonObject state) => state["OutputPath"] = Pick(Paths);

    protected virtual JsonObject Choice(List<string> names) => new()
    {
        ["Type"] = "Choice",
        ["Choices"] = new JsonArray(new JsonObject { ["Variable"] = Pick(Paths), ["IsPresent"] = Chance(2), ["Next"] = Pick(names), ["Assign"] = Template() }),
        ["Default"] = Pick(names),
    };

    private void Lead(JsonObject state, List<string> names, int index)
    {
        // Mostly onward, so that most machines are sound; sometimes back, so that some loop.
        if (index + 1 < names.Count && !Chance(5))
            state["Next"] = names[index + 1];
        else if (Chance(4))
            state["Next"] = Pick(names);
        else
            state["End"] = true;
    }

    protected virtual void Shape(JsonObject state, string type, List<string> names)
    {
        if (Chance(3))
            state["InputPath"] = Chance(6) ? null : Pick(Paths);
        if (Chance(2))
            state["ResultPath"] = Chance(6) ? null : Pick(Places);
        if (Chance(2))
            state["Parameters"] = Template();
        if (Chance(3))
            state["Assign"] = Template();
        if (type == "Map" && Chance(2))
            state["ItemsPath"] = Pick(["$.list", "$.a", "$", "$x"]);
        if (type == "Pass")
            return;
        if (Chance(4))
            state["ResultSelector"] = Template();
        Outlive(state, new() { ["ErrorEquals"] = new JsonArray(Pick(Errors)), ["Next"] = Pick(names), ["ResultPath"] = Pick(Places) });
    }

    /// <summary>Now and then a Retry, and the catcher.</summary>
    protected void Outlive(JsonObject state, JsonObject catcher)
    {
        if (Chance(3))
            state["Retry"] = new JsonArray(new JsonObject { ["ErrorEquals"] = new JsonArray(Pick(Errors)), ["MaxAttempts"] = Number(3), ["JitterStrategy"] = "FULL" });
        if (Chance(3))
            state["Catch"] = new JsonArray(catcher);
    }

    private JsonObject Template() => new() { ["x"] = 1, ["a.$"] = Pick(Paths), ["list"] = new JsonArray(1, new JsonObject { ["a.$"] = Pick(Calls) }) };

    protected int Number(int below) => _random.Next(below);

    protected bool Chance(int oneIn) => _random.Next(oneIn) == 0;

    protected string Pick(IReadOnlyList<string> among) => among[_random.Next(among.Count)];
}
