using System.Text.Json;
using Flow.Testing;
using Flow.Testing.Driving;

namespace Flow.StatesLanguage.Tests.Interpreting;

public sealed class When_a_map_is_distributed
{
    private readonly ObjectStore _objects = new();

    public static TheoryData<string, string, string> Readers => new()
    {
        // ReaderConfig, object, items
        { """{ "InputType": "JSON" }""", "[1, [2], {\"a\": 3}]", """[1,[2],{"a":3}]""" },
        { """{ "InputType": "JSON", "ItemsPointer": "/data/~1rows" }""", """{ "data": { "/rows": [7] } }""", "[7]" },
        { """{ "InputType": "JSON", "MaxItems": 1 }""", "[1, 2]", "[1]" },
        { """{ "InputType": "JSON", "MaxItems": 0 }""", "[1, 2]", "[1,2]" },
        { """{ "InputType": "JSONL" }""", "{\"a\": 1}\r\n\n[2]\n", """[{"a":1},[2]]""" },
        { """{ "InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW" }""", "a,b\n1,2\n3\n4,5,6\n", """[{"a":"1","b":"2"},{"a":"3","b":""},{"a":"4","b":"5"}]""" },
        { """{ "InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW" }""", "\uFEFFa,b\r\n\"x,\"\"y\"\"\nz\",\" \"\r\n", """[{"a":"x,\"y\"\nz","b":" "}]""" },
        { """{ "InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["a"], "CSVDelimiter": "PIPE" }""", "1|2\n", """[{"a":"1"}]""" },
    };

    public static TheoryData<string, string, string> Broken => new()
    {
        // ReaderConfig, object, cause
        { """{ "InputType": "JSON" }""", "[1", "not JSON (line 1" },
        { """{ "InputType": "JSON" }""", "{\"a\": 1}", "non-iterable" },
        { """{ "InputType": "JSON", "ItemsPointer": "/a" }""", "{}", "'/a' leads to nothing" },
        { """{ "InputType": "JSONL" }""", "1\n{", "not JSON Lines" },
        { """{ "InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW" }""", "a,a\n1,2\n", "duplicates" },
    };

    public static TheoryData<string, string, string> Batchers => new()
    {
        // ItemBatcher, items, batches
        { """{ "MaxItemsPerBatch": 2 }""", "[1, 2, 3]", """[{"Items":[1,2]},{"Items":[3]}]""" },
        { """{ "MaxItemsPerBatchPath": "$.most", "BatchInput": { "of.$": "$.most" } }""", "[1, 2, 3]", """[{"BatchInput":{"of":2},"Items":[1,2]},{"BatchInput":{"of":2},"Items":[3]}]""" },
        // {"Items":[]} is 12 bytes long, so 16 bytes hold two digits and the comma between them, and no third.
        { """{ "MaxInputBytesPerBatch": 16 }""", "[1, 2, 3]", """[{"Items":[1,2]},{"Items":[3]}]""" },
        { """{ "MaxItemsPerBatch": 1, "MaxInputBytesPerBatch": 100 }""", "[1, 2]", """[{"Items":[1]},{"Items":[2]}]""" },
        { """{ "MaxItemsPerBatch": 5 }""", "[]", "[]" },
    };

    [Theory]
    [MemberData(nameof(Readers))]
    public void Should_walk_the_items_of_an_object(string configuration, string text, string items)
    {
        _objects["data/in"] = text;

        var run = Play(Reader(configuration));

        run.State.ShouldBe(RunState.Succeeded, run.Cause);
        JsonSerializer.Serialize(run.Output).ShouldBe(JsonSerializer.Serialize(Scene.Json(items)));
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void Should_fail_with_the_reason_when_an_object_holds_no_items(string configuration, string text, string cause)
    {
        _objects["data/in"] = text;

        var run = Play(Reader(configuration));

        run.Error.ShouldBe("States.ItemReaderFailed");
        run.Cause.ShouldNotBeNull().ShouldContain(cause);
    }

    [Theory]
    [InlineData("""{ "InputType": "PARQUET" }""", "InputType")]
    [InlineData("""{ "InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW", "ManifestType": "ATHENA_DATA" }""", "ManifestType")]
    [InlineData("""{ "InputType": "JSON", "Transformation": "LOAD_AND_FLATTEN" }""", "Transformation")]
    public void Should_refuse_what_is_not_read(string configuration, string field)
    {
        var text = $$"""{ "StartAt": "M", "States": { "M": { "Type": "Map", {{Reader(configuration)}} "End": true, "ItemProcessor": { "ProcessorConfig": { "Mode": "DISTRIBUTED" }, "StartAt": "S", "States": { "S": { "Type": "Succeed" } } } } } }""";

        var finding = Definition.Read(text).Findings.ShouldHaveSingleItem();

        (finding.Rule, finding.Pointer).ShouldBe(("out-of-range", "/States/M/ItemReader/ReaderConfig/" + field));
    }

    [Fact]
    public void Should_walk_the_objects_under_a_prefix()
    {
        _objects["data/a/1"] = "x";
        _objects["data/a/2"] = "yy";
        _objects["data/b"] = "z";

        var run = Play("""
            "ItemReader": { "Resource": "arn:aws:states:::s3:listObjectsV2", "Parameters": { "Bucket": "data", "Prefix": "a/" } },
            "ItemSelector": { "key.$": "$$.Map.Item.Value.Key" },
            """);

        run.Output.GetRawText().ShouldBe("""[{"key":"a/1"},{"key":"a/2"}]""");
    }

    [Fact]
    public void Should_catch_a_missing_object_on_the_map()
    {
        var run = Play(Reader("""{ "InputType": "JSON" }""") + """ "Catch": [{ "ErrorEquals": ["States.ItemReaderFailed"], "Next": "Caught" }], """);

        run.State.ShouldBe(RunState.Succeeded);
        run.Output.GetProperty("Cause").GetString().ShouldBe("There is no object 'in' in the bucket 'data'.");
    }

    [Theory]
    [MemberData(nameof(Batchers))]
    public void Should_put_several_items_into_an_iteration(string batcher, string items, string batches)
    {
        var run = Play($$""" "ItemsPath": "$.items", "ItemBatcher": {{batcher}}, """, $$"""{ "most": 2, "items": {{items}} }""");

        run.State.ShouldBe(RunState.Succeeded, run.Cause);
        run.Output.GetRawText().ShouldBe(batches);
    }

    [Fact]
    public void Should_name_an_item_that_fits_in_no_batch()
    {
        var run = Play(""" "ItemBatcher": { "MaxInputBytesPerBatch": 14 }, """, """["long"]""");

        run.Error.ShouldBe("States.DataLimitExceeded");
        run.Cause.ShouldNotBeNull().ShouldContain("6 bytes");
    }

    [Theory]
    [InlineData("", """[[1,{"a":2}],3]""")]
    [InlineData(""" "ResultWriter": { "WriterConfig": { "Transformation": "COMPACT" } }, """, """[[1,{"a":2}],3]""")]
    [InlineData(""" "ResultWriter": { "WriterConfig": { "Transformation": "FLATTEN" } }, """, """[1,{"a":2},3]""")]
    public void Should_shape_its_output(string writer, string output) =>
        JsonSerializer.Serialize(Play(writer, """[[1, {"a": 2}], 3]""").Output).ShouldBe(output);

    [Fact]
    public void Should_write_its_results_and_go_on_with_where_they_are()
    {
        var run = Play("""
            "ItemReader": { "Resource": "arn:aws:states:::s3:getObject", "Parameters": { "Bucket": "data", "Key": "in" }, "ReaderConfig": { "InputType": "JSON" } },
            "ToleratedFailureCount": 1,
            "ResultWriter": { "Resource": "arn:aws:states:::s3:putObject", "Parameters": { "Bucket": "out", "Prefix": "results/" }, "WriterConfig": { "OutputType": "JSONL", "Transformation": "COMPACT" } },
            """, stored: "[1, -1, 2]");

        run.State.ShouldBe(RunState.Succeeded, run.Cause);
        var key = run.Output.GetProperty("ResultWriterDetails").GetProperty("Key").GetString().ShouldNotBeNull();
        key.ShouldStartWith("results/");
        key.ShouldEndWith("/manifest.json");
        var files = Scene.Json(_objects["out/" + key]).GetProperty("ResultFiles");
        _objects["out/" + files.GetProperty("SUCCEEDED")[0].GetProperty("Key").GetString()].ShouldBe("1\n2\n");
        var failed = Scene.Json(_objects["out/" + files.GetProperty("FAILED")[0].GetProperty("Key").GetString()]);
        failed.GetProperty("Input").GetString().ShouldBe("-1");
        failed.GetProperty("Error").GetString().ShouldBe("Negative");
        files.GetProperty("PENDING").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData(4, 25, "Succeeded")]
    [InlineData(4, 24.9, "Failed")]
    [InlineData(3, 33.3, "Failed")]
    [InlineData(3, 33.4, "Succeeded")]
    public void Should_tolerate_so_many_percent_and_no_more(int items, double percentage, string state)
    {
        var input = JsonSerializer.Serialize(Enumerable.Range(0, items).Select(i => i == 0 ? -1 : i));

        var run = Play(FormattableString.Invariant($""" "ToleratedFailurePercentage": {percentage}, """), input);

        run.State.ToString().ShouldBe(state);
        run.Error.ShouldBe(state == "Failed" ? "States.ExceedToleratedFailureThreshold" : null);
    }

    private static string Reader(string configuration) => $$"""
        "ItemReader": { "Resource": "arn:aws:states:::s3:getObject", "Parameters": { "Bucket": "data", "Key": "in" }, "ReaderConfig": {{configuration}} },
        """;

    /// <summary>A Map whose iterations give their input back, and fail on a negative number.</summary>
    private VirtualRun Play(string fields, string input = "{}", string? stored = null)
    {
        if (stored is not null)
            _objects["data/in"] = stored;
        var caught = fields.Contains("Caught", StringComparison.Ordinal) ? """, "Caught": { "Type": "Pass", "End": true }""" : "";
        var definition = Scene.Read($$"""
            { "StartAt": "M", "States": { "M": { "Type": "Map", {{fields}} "End": true, "ItemProcessor": {
                "ProcessorConfig": { "Mode": "DISTRIBUTED" }, "StartAt": "C", "States": {
                  "C": { "Type": "Choice", "Choices": [{ "Variable": "$", "NumericLessThan": 0, "Next": "F" }], "Default": "S" },
                  "F": { "Type": "Fail", "Error": "Negative" },
                  "S": { "Type": "Succeed" } } } }{{caught}} } }
            """);
        var execution = new Execution(Guid.Parse("11111111-1111-1111-1111-111111111111"), "my-run", "my-workflow", 3, Scene.Json(input), Scene.Start);
        return VirtualRun.Play(definition, execution, _ => throw new InvalidOperationException("There is no task."), objects: _objects);
    }
}
