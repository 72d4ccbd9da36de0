using System.Runtime.InteropServices;
using System.Text.Json;
using MassTransit.Serialization;

namespace Flow.Transports;

/// <summary>
/// The largest message of the process's bus, setting <c>Flow:MaxMessageBytes</c>, for whoever has to know before it sends whether something fits. What does not and is sent
/// all the same ends in <see cref="MessageTooLargeException"/>.
/// </summary>
public sealed class MessageLimit
{
    /// <summary>What the setting is by default: 1 MiB.</summary>
    public const int DefaultBytes = Messages.MessageSizeLimit.Default;

    /// <summary>Room for the envelope: addresses, ids, host, trace.</summary>
    private const int EnvelopeBytes = 4 * 1024;

    /// <summary>Room for what a message has besides its payload, where the message is not measured.</summary>
    private const int FieldBytes = 4 * 1024;

    /// <summary>What one byte of JSON in UTF-8 may become at the most when it is written again, with escapes.</summary>
    private const int Growth = 6;

    private const int MostPartBytes = 512 * 1024;
    private const int LeastPartBytes = 256;

    /// <param name="maxBytes">Bytes, envelope included.</param>
    public MessageLimit(int maxBytes) => MaxBytes = maxBytes;

    /// <summary>Bytes, envelope included.</summary>
    public int MaxBytes { get; }

    /// <summary>Bytes of a payload that go well into one message when they travel as base64; at most 512 KiB.</summary>
    public int PartBytes => Math.Clamp((BodyBytes - (BodyBytes / 16)) / 4 * 3, LeastPartBytes, MostPartBytes);

    /// <summary>Bytes of the message proper.</summary>
    private int BodyBytes => MaxBytes - Math.Min(EnvelopeBytes, MaxBytes / 2);

    /// <summary>Whether JSON of so many bytes fits into a message beside its other fields, however it is escaped. Costs nothing; false says only that it must be measured.</summary>
    /// <param name="bytes">Bytes in UTF-8.</param>
    public bool SurelyHolds(long bytes) => (bytes * Growth) + FieldBytes <= BodyBytes;

    /// <summary>Whether a payload surely fits; see <see cref="SurelyHolds(long)"/>.</summary>
    /// <param name="payload">Any value; undefined: nothing.</param>
    public bool SurelyHolds(JsonElement payload) => payload.ValueKind == JsonValueKind.Undefined || SurelyHolds(JsonMarshal.GetRawUtf8Value(payload).Length);

    /// <summary>Whether a message fits, measured as it will be written.</summary>
    /// <param name="message">The message.</param>
    public bool Holds<T>(T message)
        where T : class => JsonSerializer.SerializeToUtf8Bytes(message, SystemTextJsonMessageSerializer.Options).Length <= BodyBytes;
}
