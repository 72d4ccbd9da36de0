namespace Flow.Jsonata.Values;

/// <summary>The members of an object by name, in the order in which the names came. Few are searched one by one, many through an index.</summary>
internal sealed class Members(int capacity)
{
    private const int Few = 16;

    private Dictionary<string, int>? _index;

    public List<KeyValuePair<string, object?>> All { get; } = new(capacity);

    public int Count => All.Count;

    private Dictionary<string, int> Index
    {
        get
        {
            if (_index is null)
            {
                _index = new(All.Count, StringComparer.Ordinal);
                for (var i = 0; i < All.Count; i++)
                    _index.Add(All[i].Key, i);
            }

            return _index;
        }
    }

    public object? this[string name]
    {
        get => Find(name) is >= 0 and var place ? All[place].Value : null;
        set
        {
            var place = Find(name);
            if (place >= 0)
            {
                All[place] = new(name, value);
                return;
            }

            _index?.Add(name, All.Count);
            All.Add(new(name, value));
        }
    }

    public bool Has(string name) => Find(name) >= 0;

    public bool Remove(string name)
    {
        var place = Find(name);
        if (place < 0)
            return false;
        All.RemoveAt(place);
        _index = null;
        return true;
    }

    private int Find(string name)
    {
        if (All.Count > Few)
            return Index.GetValueOrDefault(name, -1);
        for (var i = 0; i < All.Count; i++)
        {
            if (All[i].Key == name)
                return i;
        }

        return -1;
    }
}
