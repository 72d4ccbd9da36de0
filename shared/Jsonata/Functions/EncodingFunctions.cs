using Flow.Jsonata.Strings;
using static Flow.Jsonata.Functions.Library;

namespace Flow.Jsonata.Functions;

/// <summary>Texts as other texts.</summary>
internal static class EncodingFunctions
{
    public static IReadOnlyList<NativeFunction> All { get; } =
    [
        Of("base64encode", "<s-:s>", call => Base64Text.Encode(call.Text(0))),
        Of("base64decode", "<s-:s>", call => Base64Text.Decode(call.Text(0))),
        Of("encodeUrlComponent", "<s-:s>", call => UrlText.Encode(call.Text(0), whole: false) ?? throw Malformed("encodeUrlComponent")),
        Of("encodeUrl", "<s-:s>", call => UrlText.Encode(call.Text(0), whole: true) ?? throw Malformed("encodeUrl")),
        Of("decodeUrlComponent", "<s-:s>", call => UrlText.Decode(call.Text(0), whole: false) ?? throw Malformed("decodeUrlComponent")),
        Of("decodeUrl", "<s-:s>", call => UrlText.Decode(call.Text(0), whole: true) ?? throw Malformed("decodeUrl")),
    ];

    private static JsonataException Malformed(string function) => new("D3140", "The text is no part of a URL: it has half of a surrogate pair, or an escape that means nothing.", token: function);
}
