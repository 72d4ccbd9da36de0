using FsCheck;
using FsCheck.Fluent;

namespace Flow.Jsonata.Tests.Pictures;

internal static class Pictures
{
    /// <summary>Texts of up to a dozen of the characters.</summary>
    public static Gen<string> Any(string characters) =>
        Gen.Elements<char>(characters.ToCharArray()).ListOf().Resize(12).Select(chosen => string.Concat(chosen));
}
