using System.Text;

namespace Flow.StatesLanguage.MapData;

/// <summary>Takes CSV apart (RFC 4180: quoted fields, doubled quotes, line breaks in quotes).</summary>
internal static class CsvText
{
    /// <summary>The rows; empty lines are none.</summary>
    public static IEnumerable<IReadOnlyList<string>> Rows(string text, char delimiter)
    {
        var at = text.Length > 0 && text[0] == '\uFEFF' ? 1 : 0;
        while (at < text.Length)
        {
            if (text[at] is '\r' or '\n')
                at++;
            else
                yield return Row(text, delimiter, ref at);
        }
    }

    private static List<string> Row(string text, char delimiter, ref int at)
    {
        var row = new List<string>();
        while (true)
        {
            row.Add(Field(text, delimiter, ref at));
            if (at >= text.Length)
                return row;
            if (text[at] == delimiter)
            {
                at++;
                continue;
            }

            at += text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? 2 : 1;
            return row;
        }
    }

    private static string Field(string text, char delimiter, ref int at)
    {
        var start = at;
        if (at >= text.Length || text[at] != '"')
        {
            while (at < text.Length && text[at] != delimiter && text[at] is not ('\r' or '\n'))
                at++;
            return text[start..at];
        }

        var field = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] != '"')
            {
                field.Append(text[at]);
            }
            else if (at + 1 < text.Length && text[at + 1] == '"')
            {
                field.Append(text[at++]);
            }
            else
            {
                at++;
                break;
            }
        }

        // What follows a closing quote belongs to the field as it stands.
        while (at < text.Length && text[at] != delimiter && text[at] is not ('\r' or '\n'))
            field.Append(text[at++]);
        return field.ToString();
    }
}
