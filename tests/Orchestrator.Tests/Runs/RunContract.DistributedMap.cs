using System.IO.Compression;
using System.Text;
using Flow.Orchestrator.MapData;
using Flow.Orchestrator.Storage;
using Flow.Orchestrator.Tests.Hosts;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Orchestrator.Tests.Runs;

// capability 16
public abstract partial class RunContract
{
    private string Bucket(string name) => Directory.CreateDirectory(Path.Combine(_place.Settings["Flow:Storage:Directory"]!, name)).FullName;

    [Fact]
    public async Task Should_walk_a_stored_table_in_batches_and_write_the_results()
    {
        await File.WriteAllTextAsync(Path.Combine(Bucket("data"), "orders.csv"), "id,total\n" + string.Concat(Enumerable.Range(0, 25).Select(i => $"{i},{i * 10}\n")));
        await _flow.RegisterAsync("distributed", """
            {"StartAt":"M","States":{"M":{"Type":"Map","End":true,
              "ItemReader":{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"},"Parameters":{"Bucket":"data","Key.$":"$.key"}},
              "ItemSelector":{"order.$":"$$.Map.Item.Value.id"},
              "ItemBatcher":{"MaxItemsPerBatch":10,"BatchInput":{"shop":"north"}},
              "MaxConcurrency":2,
              "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED"},"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:echo","End":true}}},
              "ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":"out","Prefix":"run"}}}}}
            """);

        var run = await _flow.RunAsync("distributed", new { key = "orders.csv" });

        run.Run.Status.ShouldBe(RunStatus.Succeeded, run.Cause);
        var details = run.Output!.Value.GetProperty("ResultWriterDetails");
        details.GetProperty("Bucket").GetString().ShouldBe("out");
        var manifest = Json("out", details.GetProperty("Key").GetString()!);
        var results = Json("out", manifest.GetProperty("ResultFiles").GetProperty("SUCCEEDED")[0].GetProperty("Key").GetString()!);
        results.EnumerateArray().Select(r => JsonElement.Parse(r.GetProperty("Output").GetString()!).GetProperty("Items").GetArrayLength()).ShouldBe([10, 10, 5]);
        var first = JsonElement.Parse(results[0].GetProperty("Input").GetString()!);
        first.GetProperty("BatchInput").GetProperty("shop").GetString().ShouldBe("north");
        first.GetProperty("Items")[9].GetProperty("order").GetString().ShouldBe("9");
        await using var scope = _flow.Services.CreateAsyncScope();
        (await scope.ServiceProvider.GetRequiredService<OrchestratorDbContext>().MapItems.CountAsync()).ShouldBe(0);

        JsonElement Json(string bucket, string key) => JsonElement.Parse(File.ReadAllText(Path.Combine(Bucket(bucket), key)));
    }

    [Fact]
    public async Task Should_walk_the_objects_that_a_prefix_lists()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Bucket("listed"), "in")).FullName;
        foreach (var name in new[] { "b", "a", "c" })
            await File.WriteAllTextAsync(Path.Combine(folder, name), name);
        await File.WriteAllTextAsync(Path.Combine(Bucket("listed"), "other"), "no");
        await _flow.RegisterAsync("lister", """
            {"StartAt":"M","States":{"M":{"Type":"Map","End":true,
              "ItemReader":{"Resource":"arn:aws:states:::s3:listObjectsV2","ReaderConfig":{"MaxItems":2},"Parameters":{"Bucket":"listed","Prefix":"in/"}},
              "ItemSelector":{"key.$":"$$.Map.Item.Value.Key","size.$":"$$.Map.Item.Value.Size"},
              "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED"},"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}}}}
            """);

        (await _flow.RunAsync("lister")).Output!.Value.GetRawText().ShouldBe("""[{"key":"in/a","size":1},{"key":"in/b","size":1}]""");
    }

    [Fact]
    public async Task Should_walk_the_rows_of_an_inventory()
    {
        await WriteInventoryAsync("inventory", Zipped("\"shop\",\"a b\"\n"), Encoding.UTF8.GetBytes("\"shop\",\"c\"\n"));
        await _flow.RegisterAsync("inventory", Reader("inventory", "manifest.json", type: "MANIFEST"));

        var run = await _flow.RunAsync("inventory");

        run.Run.Status.ShouldBe(RunStatus.Succeeded, run.Cause);
        run.Output!.Value.GetRawText().ShouldBe("""[{"Bucket":"shop","Key":"a b"},{"Bucket":"shop","Key":"c"}]""");
    }

    [Theory]
    [InlineData("no-gzip", "is no gzip file")]
    [InlineData("much", "unpacks to more than 67108864 bytes (Flow:Storage:MaxObjectBytes)")]
    [InlineData("no-manifest", "is no manifest of an inventory")]
    [InlineData("null-key", "'key' is null")]
    public async Task Should_fail_on_an_inventory_that_cannot_be_read(string bucket, string said)
    {
        await WriteInventoryAsync(bucket, bucket == "much" ? Zipped(new string('x', 67_108_865)) : "no gzip"u8.ToArray());
        if (bucket == "no-manifest")
            await File.WriteAllTextAsync(Path.Combine(Bucket(bucket), "manifest.json"), "[]");
        if (bucket == "null-key")
            await File.WriteAllTextAsync(Path.Combine(Bucket(bucket), "manifest.json"), """{"fileSchema":"Bucket","files":[{"key":null}]}""");
        await _flow.RegisterAsync(bucket, Reader(bucket, "manifest.json", type: "MANIFEST"));

        var run = await _flow.RunAsync(bucket);

        run.Run.Error.ShouldBe("States.ItemReaderFailed");
        run.Cause.ShouldNotBeNull().ShouldContain(said);
    }

    [Fact]
    public async Task Should_fail_and_name_the_object_that_is_not_there()
    {
        await _flow.RegisterAsync("no-object", Reader("data", "nothing.json"));

        var run = await _flow.RunAsync("no-object");

        run.Run.Error.ShouldBe("States.ItemReaderFailed");
        run.Cause.ShouldNotBeNull().ShouldContain("There is no object 'nothing.json' in the bucket 'data'");
    }

    [Fact]
    public async Task Should_refuse_a_key_that_leads_out_of_its_bucket()
    {
        await _flow.RegisterAsync("escape", Reader("data", "../../../etc/passwd"));

        (await _flow.RunAsync("escape")).Cause.ShouldNotBeNull().ShouldContain("leads out of the bucket");
    }

    [Fact]
    public async Task Should_walk_the_items_once_however_often_it_is_told_to_read_them()
    {
        await File.WriteAllTextAsync(Path.Combine(Bucket("data"), "two.json"), "[1, 2]");
        await _flow.RegisterAsync("twice", Reader("data", "two.json", """{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:gated","Parameters":{"key":"twice"},"End":true}}}"""));
        var runId = await _flow.StartRunAsync("twice");
        await Eventually.HoldsAsync("the handler to be called", () => _calls.ContainsKey("twice"));

        await using (var scope = _flow.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<OrchestratorDbContext>();
            var token = (await db.Scopes.FirstAsync(s => s.RunId == runId)).GroupToken;
            var source = new Flow.StatesLanguage.MapData.ItemSource { Bucket = "data", Key = "two.json", Format = Flow.StatesLanguage.MapData.ItemFormat.Json };
            var send = await scope.ServiceProvider.GetRequiredService<IBus>().GetSendEndpoint(new Uri("queue:flow-map-data"));
            await send.Send(new ReadMapItems(runId, runId, token, source));
            await send.Send(new ReadMapItems(Guid.NewGuid(), Guid.NewGuid(), token, source));
        }

        _gate.TrySetResult();
        var run = await _flow.EndedAsync(runId);
        run.Run.Status.ShouldBe(RunStatus.Succeeded, run.Cause);
        run.Output!.Value.GetArrayLength().ShouldBe(2);
    }

    /// <summary>A manifest and the files it names: the first compressed, another not.</summary>
    private async Task WriteInventoryAsync(string bucket, params byte[][] files)
    {
        var names = files.Select((_, index) => index == 0 ? "0.csv.gz" : $"{index}.csv").ToList();
        foreach (var (name, content) in names.Zip(files))
            await File.WriteAllBytesAsync(Path.Combine(Bucket(bucket), name), content);
        await File.WriteAllTextAsync(
            Path.Combine(Bucket(bucket), "manifest.json"),
            JsonSerializer.Serialize(new { destinationBucket = $"arn:aws:s3:::{bucket}", fileFormat = "CSV", fileSchema = "Bucket, Key", files = names.Select(key => new { key }) }));
    }

    private static byte[] Zipped(string text)
    {
        using var content = new MemoryStream();
        using (var gzip = new GZipStream(content, CompressionLevel.Optimal))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return content.ToArray();
    }

    private static string Reader(string bucket, string key, string processor = """{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}""", string type = "JSON") => $$$"""
        {"StartAt":"M","States":{"M":{"Type":"Map","End":true,
          "ItemReader":{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"InputType":"{{{type}}}"},"Parameters":{"Bucket":"{{{bucket}}}","Key":"{{{key}}}"}},
          "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED"},{{{processor[1..]}}} } } }
        """;
}
