using System.Text.Json;
using Flow.StatesLanguage.MapData;

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

    /// <summary>Their inputs in index order.</summary>
    public List<JsonElement> Inputs { get; } = [];

    /// <summary>The errors of those that failed, by index.</summary>
    public Dictionary<int, (string? Error, string? Cause)> Failed { get; } = [];

    /// <summary>What a ResultWriter writes of them.</summary>
    public IReadOnlyList<IterationResult> Results(DateTimeOffset now) =>
    [
        .. Ids.Select((id, index) => Closed[index] is { } output
            ? new IterationResult(id.ToString(), Inputs[index], output, null, null, true, now, now)
            : new IterationResult(id.ToString(), Inputs[index], default, Failed.GetValueOrDefault(index).Error, Failed.GetValueOrDefault(index).Cause, false, now, now)),
    ];

    public JsonElement Outputs() => JsonSerializer.SerializeToElement(Closed);
}
