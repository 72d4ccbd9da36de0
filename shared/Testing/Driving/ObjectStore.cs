using System.Text.Json;
using Flow.StatesLanguage;
using Flow.StatesLanguage.MapData;

namespace Flow.Testing.Driving;

/// <summary>Objects in memory, by <c>bucket/key</c>.</summary>
internal sealed class ObjectStore
{
    private readonly SortedDictionary<string, string> _objects = new(StringComparer.Ordinal);

    /// <summary>An object's text.</summary>
    public string this[string path]
    {
        get => _objects[path];
        set => _objects[path] = value;
    }

    /// <summary>The paths of all objects, in order.</summary>
    public IEnumerable<string> Paths => _objects.Keys;

    /// <summary>What a Map is told that asks for its items.</summary>
    public Signal Answer(Command.ReadItems read)
    {
        var reading = Read(read.Source);
        return reading.Cause is null ? new Signal.ItemsRead(read.Token, reading.Items) : new Signal.ItemsNotRead(read.Token, reading.Cause);
    }

    /// <summary>Writes the results of a Map, and gives what it is told then.</summary>
    public Signal Answer(Command.WriteResults write, IReadOnlyList<IterationResult> results)
    {
        var run = write.Token.ToString();
        var files = ResultFiles.Of(write.Target, run, results);
        foreach (var file in files)
            _objects[$"{write.Target.Bucket}/{file.Key}"] = file.Text;
        return new Signal.ResultsWritten(write.Token, ResultFiles.Result(write.Target, run, files[^1].Key));
    }

    private ItemReading Read(ItemSource source)
    {
        if (source.Format == ItemFormat.Objects)
        {
            var start = $"{source.Bucket}/{source.Prefix}";
            return MapItems.Of(source, _objects.Where(o => o.Key.StartsWith(start, StringComparison.Ordinal))
                .Select(o => JsonSerializer.SerializeToElement(new { Key = o.Key[(source.Bucket.Length + 1)..], Size = o.Value.Length })));
        }

        if (!_objects.TryGetValue($"{source.Bucket}/{source.Key}", out var text))
            return new(default, $"There is no object '{source.Key}' in the bucket '{source.Bucket}'.");
        return source.Format == ItemFormat.Manifest ? new(default, "Inventories are not read in a test: give the items as CSV or JSON.") : MapItems.Read(source, text);
    }
}
