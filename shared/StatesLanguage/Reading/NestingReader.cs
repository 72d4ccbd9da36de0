using System.Text.Json;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Reading;

/// <summary>Reads the states that hold machines: Parallel and Map.</summary>
internal static class NestingReader
{
    public static ParallelState ReadParallel(string name, Fields fields, ISet<string> names)
    {
        var branches = new List<Machine>();
        if (!fields.Has("Branches"))
            fields.Missing("Branches");
        if (fields.Value("Branches", JsonValueKind.Array) is { } array)
        {
            if (array.GetArrayLength() == 0)
                fields.Add("Branches", Rules.MissingField, "'Branches' is empty: a Parallel has at least one.");
            foreach (var (index, branch) in array.EnumerateArray().Index())
            {
                if (MachineReader.ReadNested(branch, Json.Step(fields.PointerTo("Branches"), index), fields.Findings, names) is { } machine)
                    branches.Add(machine);
            }
        }

        var state = new ParallelState { Name = name, Pointer = fields.Pointer, Machines = branches };
        return StateReader.WithNext(fields, StateReader.Failing(fields, StateReader.Working(fields, state)));
    }

    public static MapState ReadMap(string name, Fields fields, ISet<string> names)
    {
        var processor = ReadProcessor(fields, names, out var isDistributed);
        fields.AtMostOne("Parameters", "ItemSelector");
        fields.AtMostOne("ToleratedFailurePercentage", "ToleratedFailurePercentagePath");
        RefuseDistributedOnly(fields);
        fields.Text("Label");

        var percentage = fields.Real("ToleratedFailurePercentage", 0, 100);
        var percentagePath = fields.Path("ToleratedFailurePercentagePath");
        var selector = fields.Template("ItemSelector");
        var state = StateReader.Failing(fields, StateReader.Working(fields, new MapState
        {
            Name = name,
            Pointer = fields.Pointer,
            Machines = processor is null ? [] : [processor],
            IsDistributed = isDistributed,
            ItemsPath = fields.Path("ItemsPath"),
            MaxConcurrency = fields.Integral("MaxConcurrency", 0),
            ToleratedFailureCount = fields.Integral("ToleratedFailureCount", 0),
            ToleratedFailurePercentage = percentage is null && percentagePath is null ? null : new("ToleratedFailurePercentage", percentage, percentagePath),
        }));
        return StateReader.WithNext(fields, state with { ItemSelector = selector ?? state.Parameters, Parameters = null });
    }

    private static Machine? ReadProcessor(Fields fields, ISet<string> names, out bool isDistributed)
    {
        isDistributed = false;
        fields.AtMostOne("ItemProcessor", "Iterator");
        var field = fields.Has("Iterator") ? "Iterator" : "ItemProcessor";
        if (!fields.Has(field))
            fields.Missing("ItemProcessor");
        fields.Value("ItemProcessor");
        fields.Value("Iterator");
        if (fields.Value(field, JsonValueKind.Object) is not { } source)
            return null;

        isDistributed = ReadConfiguration(new(source, fields.PointerTo(field), fields.Findings));
        return MachineReader.ReadNested(source, fields.PointerTo(field), fields.Findings, names);
    }

    private static bool ReadConfiguration(Fields processor)
    {
        if (processor.Value("ProcessorConfig", JsonValueKind.Object) is not { } source)
            return false;

        var fields = new Fields(source, processor.PointerTo("ProcessorConfig"), processor.Findings);
        var mode = fields.Text("Mode");
        if (mode is not (null or "INLINE" or "DISTRIBUTED"))
            fields.Add("Mode", Rules.OutOfRange, $"'{mode}' is not a mode: use INLINE or DISTRIBUTED.");
        var execution = fields.Text("ExecutionType");
        if (execution is not (null or "STANDARD" or "EXPRESS"))
            fields.Add("ExecutionType", Rules.OutOfRange, $"'{execution}' is not an execution type: use STANDARD or EXPRESS.");
        fields.RefuseOthers("ProcessorConfig");
        return mode == "DISTRIBUTED";
    }

    private static void RefuseDistributedOnly(Fields fields)
    {
        foreach (var field in (string[])["ItemReader", "ItemBatcher", "ResultWriter"])
        {
            if (fields.Value(field) is null)
                continue;
            const string instead = "give the Map its items by 'ItemsPath', and take its results from its output";
            fields.Add(field, Rules.UnsupportedField, $"'{field}' is not supported yet: {instead}.");
        }
    }
}
