using System.Text;

namespace Flow.Jsonata.Strings;

/// <summary>The text that replaces a match: <c>$0</c> is the match, <c>$1</c>… its groups, <c>$$</c> a dollar sign.</summary>
internal static class ReplacementTemplate
{
    /// <summary>Appends the text for one match. A group that took no part is empty; a dollar sign that means nothing stands for itself.</summary>
    public static void Append(StringBuilder target, string template, string match, IReadOnlyList<string?> groups)
    {
        for (var i = 0; i < template.Length;)
        {
            var dollar = template.IndexOf('$', i);
            if (dollar < 0)
            {
                target.Append(template, i, template.Length - i);
                return;
            }

            target.Append(template, i, dollar - i);
            i = dollar + 1;
            switch (i < template.Length ? template[i] : '\0')
            {
                case '$':
                    target.Append('$');
                    i++;
                    break;
                case '0':
                    target.Append(match);
                    i++;
                    break;
                case >= '1' and <= '9':
                    var (group, digits) = GroupAt(template.AsSpan(i), groups.Count);
                    target.Append(group <= groups.Count ? groups[group - 1] : null);
                    i += digits;
                    break;
                default:
                    target.Append('$');
                    break;
            }
        }
    }

    /// <summary>The number that follows; it has no more digits than the number of groups, and one less when it would be of no group.</summary>
    private static (int Group, int Digits) GroupAt(ReadOnlySpan<char> text, int groups)
    {
        var most = 1;
        for (var bound = 10; bound <= groups; bound *= 10)
            most++;

        var (number, digits) = (0, 0);
        while (digits < Math.Min(most, text.Length) && char.IsAsciiDigit(text[digits]))
            number = (10 * number) + (text[digits++] - '0');
        return digits > 1 && digits == most && number > groups ? (number / 10, digits - 1) : (number, digits);
    }
}
