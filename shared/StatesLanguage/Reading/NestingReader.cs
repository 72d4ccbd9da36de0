using System.Text.Json;
using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.Expressions.Queries;
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
                if (MachineReader.ReadNested(branch, Json.Step(fields.PointerTo("Branches"), index), fields, names) is { } machine)
                    branches.Add(machine);
            }
        }

        var state = new ParallelState { Name = name, Pointer = fields.Pointer, Machines = branches, Flow = StateReader.Working(fields) };
        return StateReader.WithNext(fields, StateReader.Failing(fields, state));
    }

    public static MapState ReadMap(string name, Fields fields, ISet<string> names)
    {
        var processor = ReadProcessor(fields, names, out var isDistributed);
        fields.AtMostOne("Parameters", "ItemSelector");
        CheckLabel(fields);
        if (!isDistributed)
            RefuseDistributedOnly(fields);

        var selector = fields.Template("ItemSelector");
        var flow = StateReader.Working(fields, hasPayload: !fields.IsJsonata);
        // Parameters are the older spelling of ItemSelector: they make the items' input, not the Map's own.
        if (flow is PathFlow { Parameters: { } parameters } paths)
            (selector, flow) = (selector ?? parameters, paths with { Parameters = null });
        return StateReader.WithNext(fields, StateReader.Failing(fields, new MapState
        {
            Name = name,
            Pointer = fields.Pointer,
            Machines = processor is null ? [] : [processor],
            IsDistributed = isDistributed,
            Flow = flow,
            ItemsPath = fields.IsJsonata ? null : fields.Path("ItemsPath"),
            Items = fields.IsJsonata ? ReadItems(fields) : null,
            ItemReader = MapPartsReader.ReadItemReader(fields),
            ItemSelector = selector,
            ItemBatcher = MapPartsReader.ReadItemBatcher(fields),
            ResultWriter = MapPartsReader.ReadResultWriter(fields),
            MaxConcurrency = fields.Integral("MaxConcurrency", 0),
            ToleratedFailureCount = fields.Integral("ToleratedFailureCount", 0),
            ToleratedFailurePercentage = fields.Decimal("ToleratedFailurePercentage", 0, 100),
        }));
    }

    private static Template? ReadItems(Fields fields)
    {
        if (fields.Value("Items") is not { } items)
            return null;
        if (items.ValueKind is JsonValueKind.Array or JsonValueKind.Object || (items.ValueKind == JsonValueKind.String && JsonataText.IsMeant(items.GetString()!)))
            return fields.Template("Items");
        fields.Add("Items", Rules.WrongType, $"'Items' must be an array, an object or a JSONata expression, but is {Fields.NameOf(items.ValueKind)}.");
        return null;
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

        (isDistributed, var isExpress) = ReadConfiguration(new(source, fields.PointerTo(field), fields.Findings));
        return MachineReader.ReadNested(source, fields.PointerTo(field), fields, names, isExpress);
    }

    private static (bool IsDistributed, bool IsExpress) ReadConfiguration(Fields processor)
    {
        if (processor.Value("ProcessorConfig", JsonValueKind.Object) is not { } source)
            return (false, false);

        var fields = new Fields(source, processor.PointerTo("ProcessorConfig"), processor.Findings);
        var mode = fields.Text("Mode");
        if (mode is not (null or "INLINE" or "DISTRIBUTED"))
            fields.Add("Mode", Rules.OutOfRange, $"'{mode}' is not a mode: use INLINE or DISTRIBUTED.");
        var execution = fields.Text("ExecutionType");
        if (execution is not (null or "STANDARD" or "EXPRESS"))
            fields.Add("ExecutionType", Rules.OutOfRange, $"'{execution}' is not an execution type: use STANDARD or EXPRESS.");
        fields.RefuseOthers("ProcessorConfig");
        return (mode == "DISTRIBUTED", execution == "EXPRESS");
    }

    private static void CheckLabel(Fields fields)
    {
        const int longest = 40;
        if (fields.Text("Label") is { } label && (label.Length > longest || label.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || "?*<>{}[]:;,\\|^~$#%&`\"".Contains(c, StringComparison.Ordinal))))
            fields.Add("Label", Rules.InvalidName, $"'{label}' is no label: use up to {longest} characters without white space and brackets, wildcards or other signs.");
    }

    private static void RefuseDistributedOnly(Fields fields)
    {
        foreach (var field in (string[])["ItemReader", "ItemBatcher", "ResultWriter", "Label"])
        {
            if (fields.Has(field))
                fields.Add(field, Rules.UnknownField, $"'{field}' belongs to a distributed Map: set ProcessorConfig.Mode of the ItemProcessor to DISTRIBUTED, or remove it.");
        }
    }
}
