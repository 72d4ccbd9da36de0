using System.Text.Json;
using Flow.Worker.Handlers;

namespace Flow.Worker;

/// <summary>What a handler decided about its node.</summary>
public enum TransitionKind
{
    /// <summary>The node succeeded with one output.</summary>
    Next = 0,

    /// <summary>The node succeeded with an array of outputs, for a Map that follows.</summary>
    NextAll = 1,

    /// <summary>The node waits for whoever holds its Token.</summary>
    Hold = 2,

    /// <summary>The attempt failed.</summary>
    Abort = 3,
}

/// <summary>
/// A handler's decision that carries no output, and the factory of all decisions. Converts into <see cref="Transition{TOutput}"/> where a handler returns one.
/// </summary>
public sealed class Transition : ITransition
{
    private Transition(TransitionKind kind) => Kind = kind;

    /// <summary>
    /// The node waits: nothing is answered, and the holder of the Token completes it later with <c>NodeSucceeded</c> or <c>NodeFailed</c>, by message or HTTP.
    /// The node's own TimeoutSeconds and HeartbeatSeconds go on counting.
    /// </summary>
    public static Transition Hold { get; } = new(TransitionKind.Hold);

    /// <summary>What was decided.</summary>
    public TransitionKind Kind { get; }

    /// <summary>Error name, of <see cref="TransitionKind.Abort"/>.</summary>
    public string? Error { get; private init; }

    /// <summary>What happened, of <see cref="TransitionKind.Abort"/>.</summary>
    public string? Cause { get; private init; }

    /// <summary>More for people and tools, of <see cref="TransitionKind.Abort"/>.</summary>
    public object? Details { get; private init; }

    /// <summary>The node succeeded; the next node gets <paramref name="output"/>.</summary>
    public static Transition<TOutput> Next<TOutput>(TOutput output) => new(TransitionKind.Next) { Output = output };

    /// <summary>The node succeeded with an array; a Map that follows runs once for each element, in this order.</summary>
    public static Transition<TOutput> NextAll<TOutput>(IEnumerable<TOutput> outputs) => new(TransitionKind.NextAll) { Outputs = [.. outputs] };

    /// <summary>The attempt failed, as an exception would have done it: the node's Retry and Catch decide what follows.</summary>
    /// <param name="error">Name that Retry and Catch match, e.g. <c>Video.TooLong</c>.</param>
    /// <param name="cause">What happened, for people.</param>
    /// <param name="details">More for people and tools, any JSON value; never matched.</param>
    public static Transition Abort(string error, string? cause = null, object? details = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(error);
        return new(TransitionKind.Abort) { Error = error, Cause = cause, Details = details };
    }

    byte[] ITransition.WriteOutput(JsonSerializerOptions json) => [];
}

/// <summary>A handler's decision. Made by <see cref="Transition"/>; an output converts into <c>Next</c> by itself.</summary>
/// <typeparam name="TOutput">Type of the output.</typeparam>
public sealed class Transition<TOutput> : ITransition
{
    internal Transition(TransitionKind kind) => Kind = kind;

    /// <summary>What was decided.</summary>
    public TransitionKind Kind { get; }

    /// <summary>The output, of <see cref="TransitionKind.Next"/>.</summary>
    public TOutput? Output { get; internal init; }

    /// <summary>The outputs, of <see cref="TransitionKind.NextAll"/>; else empty.</summary>
    public IReadOnlyList<TOutput> Outputs { get; internal init; } = [];

    /// <summary>Error name, of <see cref="TransitionKind.Abort"/>.</summary>
    public string? Error { get; private init; }

    /// <summary>What happened, of <see cref="TransitionKind.Abort"/>.</summary>
    public string? Cause { get; private init; }

    /// <summary>More for people and tools, of <see cref="TransitionKind.Abort"/>.</summary>
    public object? Details { get; private init; }

    /// <summary>Returning the output itself means Next.</summary>
    public static implicit operator Transition<TOutput>(TOutput output) => Transition.Next(output);

    /// <summary>Hold and Abort fit every handler.</summary>
    public static implicit operator Transition<TOutput>(Transition transition)
    {
        ArgumentNullException.ThrowIfNull(transition);
        return new(transition.Kind) { Error = transition.Error, Cause = transition.Cause, Details = transition.Details };
    }

    byte[] ITransition.WriteOutput(JsonSerializerOptions json) => (Kind, Output) switch
    {
        (TransitionKind.NextAll, _) => WriteAll(json),
        (_, JsonElement { ValueKind: JsonValueKind.Undefined }) => "null"u8.ToArray(),
        _ => JsonSerializer.SerializeToUtf8Bytes(Output!, json.TypeInfo<TOutput>()),
    };

    private byte[] WriteAll(JsonSerializerOptions json)
    {
        var type = json.TypeInfo<TOutput>();
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = json.Encoder }))
        {
            writer.WriteStartArray();
            foreach (var output in Outputs)
                JsonSerializer.Serialize(writer, output, type);
            writer.WriteEndArray();
        }

        return buffer.ToArray();
    }
}

/// <summary>A decision of either kind, as a middleware sees it: a <see cref="Transition"/> or a <see cref="Transition{TOutput}"/>.</summary>
public interface ITransition
{
    /// <summary>What was decided.</summary>
    TransitionKind Kind { get; }

    /// <summary>Error name, of <see cref="TransitionKind.Abort"/>.</summary>
    string? Error { get; }

    /// <summary>What happened, of <see cref="TransitionKind.Abort"/>.</summary>
    string? Cause { get; }

    /// <summary>More for people and tools, of <see cref="TransitionKind.Abort"/>.</summary>
    object? Details { get; }

    /// <summary>The node's result as JSON text.</summary>
    internal byte[] WriteOutput(JsonSerializerOptions json);
}
