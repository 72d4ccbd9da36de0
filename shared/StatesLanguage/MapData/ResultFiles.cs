using System.Text;
using System.Text.Json;
using Flow.StatesLanguage.Expressions;

namespace Flow.StatesLanguage.MapData;

/// <summary>What is known of an iteration whose result is written.</summary>
/// <param name="Name">Name of the iteration.</param>
/// <param name="Input">Its input.</param>
/// <param name="Output">Its output; undefined unless it succeeded.</param>
/// <param name="Error">Its error.</param>
/// <param name="Cause">Its cause.</param>
/// <param name="IsSuccess">Whether it succeeded.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">When it ended.</param>
public sealed record IterationResult(
    string Name, JsonElement Input, JsonElement Output, string? Error, string? Cause, bool IsSuccess, DateTimeOffset StartedAt, DateTimeOffset? EndedAt);

/// <summary>A file of results.</summary>
/// <param name="Key">Its key in the bucket.</param>
/// <param name="Text">Its content.</param>
public sealed record ResultFile(string Key, string Text);

/// <summary>The files that a ResultWriter writes: the results by how they ended, and a manifest that names the files.</summary>
public static class ResultFiles
{
    /// <summary>The files of a Map, the manifest last: while it is not there, the others are not complete.</summary>
    /// <param name="target">Where they go.</param>
    /// <param name="run">Name of this execution of the Map, unique under the prefix; the same name gives the same keys.</param>
    /// <param name="results">The iterations in index order.</param>
    public static IReadOnlyList<ResultFile> Of(ResultTarget target, string run, IReadOnlyList<IterationResult> results)
    {
        ArgumentNullException.ThrowIfNull(target);
        var folder = string.Join('/', new[] { target.Prefix.Trim('/'), run }.Where(p => p.Length > 0));
        var extension = target.AsLines ? "jsonl" : "json";
        var succeeded = File("SUCCEEDED", results.Where(r => r.IsSuccess));
        var failed = File("FAILED", results.Where(r => !r.IsSuccess));
        return [.. succeeded, .. failed, new($"{folder}/manifest.json", Manifest(target, run, succeeded, failed))];

        List<ResultFile> File(string status, IEnumerable<IterationResult> some) => some.ToList() is { Count: > 0 } group
            ? [new($"{folder}/{status}_0.{extension}", Text(target, [.. group.SelectMany(r => Shown(target, r))]))]
            : [];
    }

    /// <summary>What a Map ends with whose results were written: where their manifest is.</summary>
    public static JsonElement Result(ResultTarget target, string run, string manifestKey)
    {
        ArgumentNullException.ThrowIfNull(target);
        return JsonBuffer.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("MapRunArn", run);
            writer.WriteStartObject("ResultWriterDetails");
            writer.WriteString("Bucket", target.Bucket);
            writer.WriteString("Key", manifestKey);
            writer.WriteEndObject();
            writer.WriteEndObject();
        });
    }

    /// <summary>Outputs in index order as a Transformation asks for them.</summary>
    public static JsonElement Transformed(JsonElement outputs, string transformation) => transformation == "FLATTEN"
        ? JsonBuffer.Array(outputs.EnumerateArray().SelectMany(o => o.ValueKind == JsonValueKind.Array ? o.EnumerateArray().AsEnumerable() : [o]))
        : outputs;

    private static IEnumerable<JsonElement> Shown(ResultTarget target, IterationResult result)
    {
        if (target.Transformation == "NONE" || !result.IsSuccess)
            return [Described(result)];
        return target.Transformation == "FLATTEN" && result.Output.ValueKind == JsonValueKind.Array ? result.Output.EnumerateArray() : [result.Output];
    }

    private static JsonElement Described(IterationResult result) => JsonBuffer.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("Name", result.Name);
        writer.WriteString("Status", result.IsSuccess ? "SUCCEEDED" : "FAILED");
        writer.WriteString("Input", JsonText.Compact(result.Input));
        writer.WriteStartObject("InputDetails");
        writer.WriteBoolean("Included", true);
        writer.WriteEndObject();
        if (result.IsSuccess)
        {
            writer.WriteString("Output", JsonText.Compact(result.Output));
            writer.WriteStartObject("OutputDetails");
            writer.WriteBoolean("Included", true);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteString("Error", result.Error);
            writer.WriteString("Cause", result.Cause);
        }

        writer.WriteString("StartDate", result.StartedAt);
        if (result.EndedAt is { } endedAt)
            writer.WriteString("StopDate", endedAt);
        writer.WriteEndObject();
    });

    private static string Text(ResultTarget target, List<JsonElement> values) => target.AsLines
        ? string.Concat(values.Select(v => JsonText.Compact(v) + "\n"))
        : $"[{string.Join(',', values.Select(JsonText.Compact))}]";

    private static string Manifest(ResultTarget target, string run, List<ResultFile> succeeded, List<ResultFile> failed) => JsonText.Compact(JsonBuffer.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("DestinationBucket", target.Bucket);
        writer.WriteString("MapRunArn", run);
        writer.WriteStartObject("ResultFiles");
        foreach (var (status, files) in new[] { ("FAILED", failed), ("PENDING", []), ("SUCCEEDED", succeeded) })
        {
            writer.WriteStartArray(status);
            foreach (var file in files)
            {
                writer.WriteStartObject();
                writer.WriteString("Key", file.Key);
                writer.WriteNumber("Size", Encoding.UTF8.GetByteCount(file.Text));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }));
}
