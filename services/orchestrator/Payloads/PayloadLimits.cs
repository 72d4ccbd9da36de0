using System.Runtime.InteropServices;
using System.Text.Json;
using Flow.StatesLanguage;
using Flow.Transports;

namespace Flow.Orchestrator.Payloads;

/// <summary>How large payloads and messages may be.</summary>
/// <param name="MaxPayloadBytes">The setting <c>Flow:MaxPayloadBytes</c>.</param>
/// <param name="Message">What a message holds; a payload that does not fit is stored and travels as a reference.</param>
internal sealed record PayloadLimits(int MaxPayloadBytes, MessageLimit Message)
{
    public const string Setting = "Flow:MaxPayloadBytes";

    public static PayloadLimits Default { get; } = new(Execution.DefaultMaxPayloadBytes, new(MessageLimit.DefaultBytes));

    /// <summary>Bytes of a payload, without whitespace where that decides.</summary>
    public int SizeOf(JsonElement payload)
    {
        if (payload.ValueKind == JsonValueKind.Undefined)
            return 0;
        var size = JsonMarshal.GetRawUtf8Value(payload).Length;
        return size <= MaxPayloadBytes ? size : JsonSerializer.SerializeToUtf8Bytes(payload, OrchestratorJson.Options).Length;
    }

    /// <summary>What is wrong with the size of a payload; null: nothing.</summary>
    public string? Fault(string what, JsonElement payload) => SizeOf(payload) is var size && size > MaxPayloadBytes
        ? $"{what} is {size} bytes; at most {MaxPayloadBytes} are taken ({Setting}). Store the data elsewhere and pass a reference to it."
        : null;

    /// <summary>Whether a message holds its payload.</summary>
    public bool Holds<T>(T message, JsonElement payload)
        where T : class => Message.SurelyHolds(payload) || Message.Holds(message);
}
