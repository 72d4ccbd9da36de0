using System.Security.Cryptography;
using System.Text;

namespace Flow.Jsonata.Strings;

/// <summary>Hashes of text.</summary>
internal static class Digest
{
    /// <summary>The hash of the text in UTF-8, in lower-case hexadecimal; null: there is no such algorithm.</summary>
    public static string? Of(string text, string algorithm)
    {
        var data = Encoding.UTF8.GetBytes(text);

        // The weak algorithms are the language's: workflows use them for keys and checksums, not for secrets.
#pragma warning disable CA5350, CA5351
        var hash = algorithm switch
        {
            "MD5" => MD5.HashData(data),
            "SHA-1" => SHA1.HashData(data),
            "SHA-256" => SHA256.HashData(data),
            "SHA-384" => SHA384.HashData(data),
            "SHA-512" => SHA512.HashData(data),
            _ => null,
        };
#pragma warning restore CA5350, CA5351
        return hash is null ? null : Convert.ToHexStringLower(hash);
    }
}
