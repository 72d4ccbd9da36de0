using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Flow.Orchestrator.MapData;

/// <summary>The manifest of an S3 inventory: the files that list the objects.</summary>
/// <param name="Bucket">Where the files are.</param>
/// <param name="Columns">Names of their columns.</param>
/// <param name="Keys">Their keys.</param>
internal sealed record Inventory(string Bucket, string Columns, IReadOnlyList<string> Keys)
{
    private const string BucketArn = "arn:aws:s3:::";

    public static bool TryRead(string text, string bucket, [NotNullWhen(true)] out Inventory? inventory, [NotNullWhen(false)] out string? fault)
    {
        inventory = null;
        try
        {
            var manifest = JsonElement.Parse(text);
            var destination = manifest.TryGetProperty("destinationBucket", out _) ? Text(manifest, "destinationBucket") : bucket;
            if (manifest.TryGetProperty("fileFormat", out var format) && format.GetString() != "CSV")
            {
                fault = $"The inventory's files are {format}; only CSV is read.";
                return false;
            }

            inventory = new(
                destination.StartsWith(BucketArn, StringComparison.Ordinal) ? destination[BucketArn.Length..] : destination,
                Text(manifest, "fileSchema"),
                [.. manifest.GetProperty("files").EnumerateArray().Select(file => Text(file, "key"))]);
            fault = null;
            return true;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            fault = $"The object is no manifest of an inventory (with fileSchema and files, each with a key): {e.Message}";
            return false;
        }
    }

    private static string Text(JsonElement owner, string name) => owner.GetProperty(name).GetString() ?? throw new InvalidOperationException($"'{name}' is null.");
}
