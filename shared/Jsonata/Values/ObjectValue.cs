using System.Text.Json;

namespace Flow.Jsonata.Values;

/// <summary>An object: members in their order, read from JSON as they are asked for, or made.</summary>
internal sealed class ObjectValue
{
    private readonly JsonElement _source;
    private OrderedDictionary<string, object?>? _members;

    public ObjectValue() => _members = new(StringComparer.Ordinal);

    public ObjectValue(JsonElement source) => _source = source;

    /// <summary>The JSON it is, while nothing of it was changed.</summary>
    public JsonElement? Source => _members is null ? _source : null;

    public int Count => _members?.Count ?? _source.GetPropertyCount();

    public IEnumerable<string> Names => _members is null ? _source.EnumerateObject().Select(m => m.Name) : _members.Keys;

    public IEnumerable<KeyValuePair<string, object?>> Members =>
        _members?.Select(m => KeyValuePair.Create(m.Key, Read(m.Value))) ?? _source.EnumerateObject().Select(m => KeyValuePair.Create(m.Name, JsonValues.Read(m.Value)));

    /// <summary>A member; null when there is none of the name.</summary>
    public object? this[string name]
    {
        get => _members is null
            ? _source.TryGetProperty(name, out var member) ? JsonValues.Read(member) : null
            : Read(_members.GetValueOrDefault(name));
        set => Owned()[name] = value;
    }

    public bool Has(string name) => _members?.ContainsKey(name) ?? _source.TryGetProperty(name, out _);

    public void Remove(string name) => Owned().Remove(name);

    private static object? Read(object? member) => member is JsonataValue given ? given.Value : member;

    private OrderedDictionary<string, object?> Owned()
    {
        if (_members is null)
        {
            _members = new(StringComparer.Ordinal);
            foreach (var member in _source.EnumerateObject())
                _members[member.Name] = JsonValues.Read(member.Value);
        }

        return _members;
    }
}
