using System.Text.RegularExpressions;

namespace Flow.Jsonata.Syntax;

/// <summary>Regular expressions of JavaScript as .NET's: linear in time where the pattern allows that, else with a limit on time.</summary>
internal static class RegexSyntax
{
    private static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(1);

    public static Regex Translate(string pattern, string flags, int position)
    {
        var options = RegexOptions.CultureInvariant;
        if (flags.Contains('i', StringComparison.Ordinal))
            options |= RegexOptions.IgnoreCase;
        if (flags.Contains('m', StringComparison.Ordinal))
            options |= RegexOptions.Multiline;
        var translated = Dialect(pattern, options.HasFlag(RegexOptions.Multiline));
        try
        {
            return new Regex(translated, options | RegexOptions.NonBacktracking, LongestMatch);
        }
        catch (NotSupportedException)
        {
            return new Regex(translated, options, LongestMatch);
        }
        catch (ArgumentException e)
        {
            throw new JsonataException("S0303", $"/{pattern}/ is no regular expression: {e.Message}", position);
        }
    }

    /// <summary>Where the same signs mean another thing: digits are ASCII's, <c>$</c> is not before a last line break, <c>[^]</c> is any character, <c>[]</c> none.</summary>
    private static string Dialect(string pattern, bool isMultiline)
    {
        var result = new System.Text.StringBuilder();
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c == '\\' && i + 1 < pattern.Length)
            {
                var next = pattern[++i];
                result.Append(next switch
                {
                    'd' => inClass ? "0-9" : "[0-9]",
                    'w' => inClass ? "a-zA-Z0-9_" : "[a-zA-Z0-9_]",
                    'D' when !inClass => "[^0-9]",
                    'W' when !inClass => "[^a-zA-Z0-9_]",
                    '/' => "/",
                    _ => $"\\{next}",
                });
            }
            else if (inClass)
            {
                inClass = c != ']';
                result.Append(c == '[' ? @"\[" : c.ToString());
            }
            else if (c == '[')
            {
                if (pattern.AsSpan(i).StartsWith("[^]"))
                {
                    result.Append(@"[\s\S]");
                    i += 2;
                }
                else if (pattern.AsSpan(i).StartsWith("[]"))
                {
                    result.Append(@"[^\s\S]");
                    i++;
                }
                else
                {
                    inClass = true;
                    result.Append(c);
                }
            }
            else
            {
                result.Append(c == '$' && !isMultiline ? @"\z" : c.ToString());
            }
        }

        return result.ToString();
    }
}
