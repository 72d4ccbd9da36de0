using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Flow.Monitor.Data;

namespace Flow.Monitor.DeadLetters;

/// <summary>What letters of the same error at the same place have in common, whatever ids and figures their texts hold.</summary>
internal static partial class Fingerprint
{
    private const int Digits = 16;
    private const int Compared = 200;

    public static string Of(DeadLetterRow letter)
    {
        var place = letter.Node is null ? letter.Queue : $"{letter.Workflow}/{letter.Node}";
        var text = $"{place}\n{letter.Error ?? letter.Kind.ToString()}\n{Plain(letter.Cause)}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..Digits];
    }

    private static string Plain(string? cause)
    {
        var line = (cause ?? "").AsSpan().TrimStart();
        var end = line.IndexOfAny('\r', '\n');
        var first = (end < 0 ? line : line[..end]).ToString();
        return Varying().Replace(first.Length > Compared ? first[..Compared] : first, "#");
    }

    [GeneratedRegex(@"[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|\b0x[0-9a-fA-F]+\b|[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex Varying();
}
