using System.Buffers;
using System.Text;

namespace Flow.Jsonata.Strings;

/// <summary>Percent-encoding of URLs (RFC 3986), as JavaScript has it: <c>encodeURI</c> for whole ones, <c>encodeURIComponent</c> for their parts.</summary>
internal static class UrlText
{
    private const string Reserved = ";/?:@&=+$,#";

    private static readonly SearchValues<char> PlainInComponent = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()");

    private static readonly SearchValues<char> PlainInUrl = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()" + Reserved);

    /// <summary>The encoded text; null: it has half of a surrogate pair.</summary>
    /// <param name="text">The text.</param>
    /// <param name="whole">A whole URL: what separates its parts stays as it is.</param>
    public static string? Encode(string text, bool whole)
    {
        var plain = whole ? PlainInUrl : PlainInComponent;
        if (!text.AsSpan().ContainsAnyExcept(plain))
            return text;

        var encoded = new StringBuilder(text.Length + 16);
        Span<byte> bytes = stackalloc byte[4];
        for (var i = 0; i < text.Length;)
        {
            if (Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var width) != OperationStatus.Done)
                return null;

            if (width == 1 && plain.Contains(text[i]))
            {
                encoded.Append(text[i]);
            }
            else
            {
                foreach (var octet in bytes[..rune.EncodeToUtf8(bytes)])
                    encoded.Append('%').Append(octet.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            }

            i += width;
        }

        return encoded.ToString();
    }

    /// <summary>The decoded text; null: an escape is broken, or not of UTF-8.</summary>
    /// <param name="text">The text.</param>
    /// <param name="whole">A whole URL: the escapes of what separates its parts stay as they are.</param>
    public static string? Decode(string text, bool whole)
    {
        if (!text.Contains('%'))
            return text;

        var decoded = new StringBuilder(text.Length);
        Span<byte> bytes = stackalloc byte[4];
        for (var i = 0; i < text.Length;)
        {
            if (text[i] != '%')
            {
                decoded.Append(text[i++]);
                continue;
            }

            var count = 0;
            while (count < bytes.Length && TryReadEscape(text.AsSpan(i + (3 * count)), out bytes[count]))
                count++;
            if (Rune.DecodeFromUtf8(bytes[..count], out var rune, out var used) != OperationStatus.Done)
                return null;

            var escapes = text.AsSpan(i, 3 * used);
            if (whole && rune.IsAscii && Reserved.Contains((char)rune.Value))
                decoded.Append(escapes);
            else
                decoded.Append(rune.ToString());
            i += escapes.Length;
        }

        return decoded.ToString();
    }

    private static bool TryReadEscape(ReadOnlySpan<char> text, out byte octet)
    {
        octet = 0;
        if (text is not ['%', var high, var low, ..] || !char.IsAsciiHexDigit(high) || !char.IsAsciiHexDigit(low))
            return false;
        octet = Convert.FromHexString(text.Slice(1, 2))[0];
        return true;
    }
}
