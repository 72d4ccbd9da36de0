namespace Flow.Jsonata.Tests.Pictures;

internal static class Outcome
{
    /// <summary>The text, or the code of the error.</summary>
    public static string Of(Func<string> text)
    {
        try
        {
            return text();
        }
        catch (JsonataException exception)
        {
            return exception.Code;
        }
    }
}
