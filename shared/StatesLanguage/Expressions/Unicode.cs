using System.Text;

namespace Flow.StatesLanguage.Expressions;

/// <summary>Well-formedness of text.</summary>
internal static class Unicode
{
    /// <summary>Whether every half of a surrogate pair has its other half: only then can JSON carry the text.</summary>
    public static bool IsValid(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var length) != System.Buffers.OperationStatus.Done)
                return false;
            text = text[length..];
        }

        return true;
    }
}
