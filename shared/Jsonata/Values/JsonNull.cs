namespace Flow.Jsonata.Values;

/// <summary>JSON's null; C#'s null is JSONata's "no value".</summary>
internal sealed class JsonNull
{
    public static readonly JsonNull Value = new();

    private JsonNull()
    {
    }
}
