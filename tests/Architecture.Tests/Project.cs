using System.Xml.Linq;

namespace Flow.Architecture.Tests;

/// <summary>A project file: where it is, and what it references by name.</summary>
internal sealed record Project(string Path, string Name, IReadOnlyList<string> Projects, IReadOnlyList<string> Packages)
{
    public bool IsTest => Path.StartsWith("tests/", StringComparison.Ordinal);

    public bool IsService => Path.StartsWith("services/", StringComparison.Ordinal);

    public static Project Parse(string path, string xml)
    {
        var root = XDocument.Parse(xml).Root!;
        return new(path, System.IO.Path.GetFileNameWithoutExtension(path),
            [.. Included("ProjectReference").Select(include => System.IO.Path.GetFileNameWithoutExtension(include.Replace('\\', '/')))],
            [.. Included("PackageReference")]);

        IEnumerable<string> Included(string element) => root.Descendants(element).Select(item => item.Attribute("Include")?.Value).OfType<string>();
    }
}
