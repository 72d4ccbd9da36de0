using System.Text.Json;

namespace Flow.Jsonata.Values;

/// <summary>An object: members in their order, read from JSON as they are asked for, each once, or made.</summary>
internal sealed class ObjectValue
{
    /// <summary>Most members that are looked up one after the other.</summary>
    private const int Few = 16;

    private readonly JsonElement _source;
    private Members? _members;
    private List<KeyValuePair<string, object>>? _read;
    private bool _isMade;
    private bool _isDeferred;

    public ObjectValue()
    {
        _members = new(capacity: 4);
        _isMade = true;
    }

    public ObjectValue(JsonElement source) => _source = source;

    /// <summary>An object whose members are read one by one, as they are asked for.</summary>
    public ObjectValue(IEnumerable<(string Name, JsonataValue Value)> members)
        : this()
    {
        foreach (var (name, value) in members)
            _members![name] = value;
        _isDeferred = true;
    }

    /// <summary>The JSON it is, while nothing of it was changed.</summary>
    public JsonElement? Source => _isMade ? null : _source;

    public int Count => _members?.Count ?? _source.GetPropertyCount();

    /// <summary>All of them, read.</summary>
    public List<KeyValuePair<string, object?>> Members => Owned.All;

    private Members Owned
    {
        get
        {
            if (_members is null)
            {
                var members = new Members(_source.GetPropertyCount());
                foreach (var member in _source.EnumerateObject())
                {
                    var name = JsonValues.NameOf(member);
                    members[name] = Remembered(name) ?? JsonValues.Read(member.Value);
                }

                _members = members;
            }

            if (_isDeferred)
            {
                foreach (var (name, member) in _members.All.ToList())
                    _members[name] = member is JsonataValue deferred ? deferred.Value : member;
                _isDeferred = false;
            }

            return _members;
        }
    }

    /// <summary>A member; null when there is none of the name.</summary>
    public object? this[string name]
    {
        get => _isDeferred ? _members![name] is JsonataValue deferred ? deferred.Value : null
            : _members is null && _source.GetPropertyCount() <= Few ? Remembered(name) ?? Read(name)
            : Owned[name];
        set
        {
            Owned[name] = value;
            _isMade = true;
        }
    }

    public bool Has(string name) => _members is null && _source.GetPropertyCount() <= Few ? TryGet(name, out _) : Owned.Has(name);

    public void Remove(string name) => _isMade |= Owned.Remove(name);

    private object? Remembered(string name)
    {
        foreach (var member in _read ?? [])
        {
            if (member.Key == name)
                return member.Value;
        }

        return null;
    }

    private object? Read(string name)
    {
        if (!TryGet(name, out var member))
            return null;
        var value = JsonValues.Read(member);
        if (value is ArrayValue or ObjectValue or string)
            (_read ??= new(1)).Add(new(name, value));
        return value;
    }

    private bool TryGet(string name, out JsonElement member)
    {
        try
        {
            return _source.TryGetProperty(name, out member);
        }
        catch (ArgumentException)
        {
            // The name holds half of a surrogate pair, and no name in readable JSON does.
            member = default;
            return false;
        }
        catch (InvalidOperationException)
        {
            throw JsonValues.Unreadable();
        }
    }
}
