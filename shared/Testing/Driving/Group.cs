using System.Text.Json;

namespace Flow.Testing.Driving;

/// <summary>The children of one opening of a Map or Parallel.</summary>
internal sealed record Group(Guid ParentId, int Count)
{
    /// <summary>Their scopes in index order.</summary>
    public List<Guid> Ids { get; } = [];

    /// <summary>How many were started; the others are held back.</summary>
    public int Released { get; set; }

    /// <summary>The outputs of those that ended well, by index.</summary>
    public JsonElement?[] Closed { get; } = new JsonElement?[Count];

    public JsonElement Outputs() => JsonSerializer.SerializeToElement(Closed);
}
