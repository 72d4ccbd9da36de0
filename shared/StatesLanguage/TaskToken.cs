using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace Flow.StatesLanguage;

/// <summary>
/// What <c>$$.Task.Token</c> is: the address of one attempt and the right to end it. As text, base64url (RFC 4648) without padding of the three ids in their
/// order, 16 bytes each, big-endian: 64 characters.
/// </summary>
/// <param name="RunId">The run.</param>
/// <param name="ScopeId">The scope within the run.</param>
/// <param name="Token">The attempt.</param>
public readonly record struct TaskToken(Guid RunId, Guid ScopeId, Guid Token)
{
    private const int IdLength = 16;

    /// <summary>The token in a text that <see cref="ToString"/> has made; false for any other.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out TaskToken token)
    {
        Span<byte> bytes = stackalloc byte[3 * IdLength];
        if (text is not { Length: 4 * IdLength } || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out var length) || length != bytes.Length)
        {
            token = default;
            return false;
        }

        token = new(new(bytes[..IdLength], bigEndian: true), new(bytes.Slice(IdLength, IdLength), bigEndian: true), new(bytes[(2 * IdLength)..], bigEndian: true));
        return true;
    }

    /// <summary>The text form.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[3 * IdLength];
        RunId.TryWriteBytes(bytes, bigEndian: true, out _);
        ScopeId.TryWriteBytes(bytes[IdLength..], bigEndian: true, out _);
        Token.TryWriteBytes(bytes[(2 * IdLength)..], bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }
}
