using System.Text;

namespace Flow.Jsonata.Strings;

/// <summary>Base64 of text in UTF-8, as States.Base64Encode has it. (The reference takes the lower byte of each UTF-16 unit: the same for ASCII, and a loss beyond Latin-1.)</summary>
internal static class Base64Text
{
    private static readonly Encoding StrictUtf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>The text; bytes that are not UTF-8 are taken as Latin-1. The URL-safe alphabet and missing padding are understood, other characters skipped.</summary>
    public static string Decode(string base64)
    {
        var digits = new StringBuilder(base64.Length + 3);
        foreach (var character in base64)
        {
            if (character == '=')
                break;
            if (char.IsAsciiLetterOrDigit(character) || character is '+' or '/' or '-' or '_')
                digits.Append(character switch { '-' => '+', '_' => '/', _ => character });
        }

        // One digit alone is less than a byte.
        if (digits.Length % 4 == 1)
            digits.Length--;
        digits.Append('=', (4 - (digits.Length % 4)) % 4);
        var bytes = Convert.FromBase64String(digits.ToString());
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes);
        }
    }
}
