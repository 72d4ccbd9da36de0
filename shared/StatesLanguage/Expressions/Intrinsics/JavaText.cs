using System.Text;
using System.Text.Json;

namespace Flow.StatesLanguage.Expressions.Intrinsics;

/// <summary>Values as Step Functions prints them into text: like Java's maps and lists, <c>{a=1, b=[x, y]}</c>, and texts without quotes.</summary>
internal static class JavaText
{
    public static void Append(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                text.Append(value.GetString());
                break;
            case JsonValueKind.Object:
                text.Append('{');
                var separator = "";
                foreach (var member in value.EnumerateObject())
                {
                    text.Append(separator).Append(member.Name).Append('=');
                    Append(text, member.Value);
                    separator = ", ";
                }

                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                separator = "";
                foreach (var item in value.EnumerateArray())
                {
                    text.Append(separator);
                    Append(text, item);
                    separator = ", ";
                }

                text.Append(']');
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }
}
