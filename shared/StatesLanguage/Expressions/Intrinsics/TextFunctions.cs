using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Flow.StatesLanguage.Expressions.Intrinsics;

/// <summary>Functions on text.</summary>
internal static class TextFunctions
{
    /// <summary>Most characters that are encoded, decoded or hashed: the language's own bound.</summary>
    private const int LongestData = 10_000;

    private static readonly Encoding StrictUtf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Puts the arguments into the places <c>{}</c>; <c>\{</c> <c>\}</c> <c>\'</c> and <c>\\</c> stand for the second character.</summary>
    public static JsonElement Format(Arguments arguments)
    {
        var template = arguments.Template(0);
        var text = new StringBuilder(template.Length);
        var next = 1;
        for (var i = 0; i < template.Length; i++)
        {
            var following = i + 1 < template.Length ? template[i + 1] : '\0';
            if (template[i] == '\\' && following is '{' or '}' or '\'' or '\\')
            {
                text.Append(following);
                i++;
            }
            else if (template[i] == '{' && following == '}')
            {
                if (next < arguments.Count)
                    JavaText.Append(text, arguments[next]);
                next++;
                i++;
            }
            else
            {
                text.Append(template[i]);
            }
        }

        return next == arguments.Count
            ? JsonBuffer.Text(text.ToString())
            : throw new ArgumentRefusedException($"the template has {next - 1} places {{}} for {arguments.Count - 1} arguments");
    }

    /// <summary>Blank text is null, as Step Functions has it.</summary>
    public static JsonElement StringToJson(Arguments arguments)
    {
        var text = arguments.Text(0);
        if (string.IsNullOrWhiteSpace(text))
            return Json.Null;
        try
        {
            return JsonElement.Parse(text, new JsonDocumentOptions { MaxDepth = JsonBuffer.MaximumDepth });
        }
        catch (JsonException exception)
        {
            throw new ArgumentRefusedException($"the text is not JSON: {exception.Message}");
        }
    }

    public static JsonElement JsonToString(Arguments arguments) => JsonBuffer.Text(JsonText.Compact(arguments[0]));

    /// <summary>Splits at every character of the second text; empty parts are dropped.</summary>
    public static JsonElement StringSplit(Arguments arguments)
    {
        var separators = arguments.Text(1).EnumerateRunes().ToHashSet();
        return JsonBuffer.Write((Text: arguments.Text(0), separators), static (writer, split) =>
        {
            var start = 0;
            var end = 0;
            writer.WriteStartArray();
            foreach (var rune in split.Text.EnumerateRunes())
            {
                if (split.separators.Contains(rune))
                {
                    if (end > start)
                        writer.WriteStringValue(split.Text.AsSpan(start, end - start));
                    start = end + rune.Utf16SequenceLength;
                }

                end += rune.Utf16SequenceLength;
            }

            if (end > start)
                writer.WriteStringValue(split.Text.AsSpan(start, end - start));
            writer.WriteEndArray();
        });
    }

    public static JsonElement Base64Encode(Arguments arguments) =>
        JsonBuffer.Text(Convert.ToBase64String(Encoding.UTF8.GetBytes(Bounded(arguments.Text(0)))));

    public static JsonElement Base64Decode(Arguments arguments)
    {
        try
        {
            return JsonBuffer.Text(StrictUtf8.GetString(Convert.FromBase64String(Bounded(arguments.Text(0)))));
        }
        catch (Exception exception) when (exception is FormatException or DecoderFallbackException)
        {
            throw new ArgumentRefusedException("the text is not Base64 of a text in UTF-8");
        }
    }

    /// <summary>In lower-case hexadecimal; data that is no text is taken as compact JSON.</summary>
    public static JsonElement Hash(Arguments arguments)
    {
        var text = arguments[0].ValueKind == JsonValueKind.String ? arguments.Text(0) : JsonText.Compact(arguments[0]);
        var data = Encoding.UTF8.GetBytes(Bounded(text));
        return JsonBuffer.Text(Convert.ToHexStringLower(Digest(data, arguments.Text(1))));
    }

    public static JsonElement Uuid(Arguments arguments) => JsonBuffer.Text(arguments.Randomness.NextGuid().ToString());

    // The weak algorithms are the language's: workflows use them for keys and checksums, not for secrets.
#pragma warning disable CA5350, CA5351
    private static byte[] Digest(byte[] data, string algorithm) => algorithm switch
    {
        "MD5" => MD5.HashData(data),
        "SHA-1" => SHA1.HashData(data),
        "SHA-256" => SHA256.HashData(data),
        "SHA-384" => SHA384.HashData(data),
        "SHA-512" => SHA512.HashData(data),
        _ => throw new ArgumentRefusedException($"there is no algorithm '{algorithm}' (MD5, SHA-1, SHA-256, SHA-384 and SHA-512 are)"),
    };
#pragma warning restore CA5350, CA5351

    private static string Bounded(string text) => text.Length <= LongestData
        ? text
        : throw new ArgumentRefusedException($"the text has {text.Length} characters, and {LongestData} is the most");
}
