using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Flow.Yaml;

/// <summary>The scalars of YAML 1.2's core schema. Numbers keep their digits: nothing is rounded on the way to JSON.</summary>
internal static partial class CoreScalar
{
    private const string TagPrefix = "tag:yaml.org,2002:";

    public static YamlNode.Scalar Resolve(Scalar scalar)
    {
        if (HasLoneSurrogate(scalar.Value))
            throw new YamlTextException(scalar.Start, "The string holds half of a surrogate pair, which is not a character.");
        if (scalar.Tag.IsEmpty)
            return scalar.Style == ScalarStyle.Plain ? Plain(scalar) : Text(scalar);
        if (scalar.Tag.IsNonSpecific)
            return Text(scalar);

        var resolved = scalar.Tag.Value switch
        {
            TagPrefix + "str" => Text(scalar),
            TagPrefix + "null" when Null(scalar.Value) is { } json => Typed(scalar, json),
            TagPrefix + "bool" when Bool(scalar.Value) is { } json => Typed(scalar, json),
            TagPrefix + "int" when Int(scalar.Value) is { } json => Typed(scalar, json),
            TagPrefix + "float" when (Float(scalar.Value) ?? Int(scalar.Value)) is { } json => Typed(scalar, json),
            _ => null,
        };
        return resolved ?? throw new YamlTextException(scalar.Start, scalar.Tag.Value.StartsWith(TagPrefix, StringComparison.Ordinal)
            ? $"'{scalar.Value}' is not a value of type !!{scalar.Tag.Value[TagPrefix.Length..]}."
            : $"The tag {scalar.Tag.Value} is not understood here. Remove it.");
    }

    private static YamlNode.Scalar Plain(Scalar scalar)
    {
        if (NotANumber().IsMatch(scalar.Value))
            throw new YamlTextException(scalar.Start, $"{scalar.Value} has no counterpart in JSON. Quote it if a string is meant.");
        return (Null(scalar.Value) ?? Bool(scalar.Value) ?? Int(scalar.Value) ?? Float(scalar.Value)) is { } json ? Typed(scalar, json) : Text(scalar);
    }

    private static YamlNode.Scalar Text(Scalar scalar) => new(scalar.Start, scalar.Value, IsString: true);

    private static YamlNode.Scalar Typed(Scalar scalar, string json) => new(scalar.Start, json, IsString: false);

    private static string? Null(string text) => text is "" or "~" or "null" or "Null" or "NULL" ? "null" : null;

    private static string? Bool(string text) => text switch
    {
        "true" or "True" or "TRUE" => "true",
        "false" or "False" or "FALSE" => "false",
        _ => null,
    };

    private static string? Int(string text)
    {
        if (Decimal().Match(text) is { Success: true } number)
            return Sign(number) + Digits(number.Groups["int"].Value);
        if (Octal().Match(text) is { Success: true } octal)
            return octal.Groups[1].ValueSpan.ToArray().Aggregate(BigInteger.Zero, (sum, digit) => (sum * 8) + (digit - '0')).ToString(CultureInfo.InvariantCulture);
        return Hex().Match(text) is { Success: true } hex
            ? BigInteger.Parse("0" + hex.Groups[1].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)
            : null;
    }

    private static string? Float(string text)
    {
        if (Real().Match(text) is not { Success: true } number)
            return null;
        var fraction = number.Groups["frac"].Value;
        return Sign(number) + Digits(number.Groups["int"].Value) + (fraction.Length == 0 ? "" : "." + fraction) + number.Groups["exp"].Value;
    }

    private static string Sign(Match number) => number.Groups["sign"].Value == "-" ? "-" : "";

    private static string Digits(string digits) => digits.TrimStart('0') is { Length: > 0 } significant ? significant : "0";

    private static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return true;
            i++;
        }

        return false;
    }

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    [GeneratedRegex(@"\A(?<sign>[-+]?)(?<int>[0-9]+)\z", Options)]
    private static partial Regex Decimal();

    [GeneratedRegex(@"\A0o([0-7]{1,64})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Octal();

    [GeneratedRegex(@"\A0x([0-9a-fA-F]{1,64})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Hex();

    [GeneratedRegex(@"\A(?<sign>[-+]?)((?<int>[0-9]+)(\.(?<frac>[0-9]*))?|\.(?<frac>[0-9]+))(?<exp>[eE][-+]?[0-9]+)?\z", Options)]
    private static partial Regex Real();

    [GeneratedRegex(@"\A([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\z", Options)]
    private static partial Regex NotANumber();
}
