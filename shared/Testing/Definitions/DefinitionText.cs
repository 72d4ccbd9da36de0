using Flow.StatesLanguage;
using Flow.Yaml;

namespace Flow.Testing.Definitions;

/// <summary>Definitions as a test has them: files and texts, JSON and YAML.</summary>
internal static class DefinitionText
{
    /// <summary>The text of a file, and the workflow's name: the file's up to its first dot.</summary>
    public static (string Text, string Workflow) Load(string path)
    {
        var beside = Path.Combine(AppContext.BaseDirectory, path);
        var found = File.Exists(path) ? path : beside;
        return File.Exists(found)
            ? (File.ReadAllText(found), Path.GetFileName(path).Split('.')[0])
            : throw new WorkflowTestException($"There is no file '{Path.GetFullPath(path)}', and none '{beside}'.");
    }

    public static Definition Read(string text, string source)
    {
        var json = text;
        if ((TextFormats.FromFileName(source) ?? TextFormats.FromText(text)) == TextFormat.Yaml)
        {
            var yaml = YamlText.ToJson(text);
            json = yaml.Json ?? throw new WorkflowTestException($"{source} is not YAML: {yaml.Error}");
        }

        var reading = Definition.Read(json);
        return reading.Definition ?? throw new WorkflowTestException(
            $"{source} is no sound definition:{string.Concat(reading.Findings.Select(f => $"\n  {(f.Pointer.Length == 0 ? "(whole text)" : f.Pointer)} {f.Rule}: {f.Message}"))}");
    }
}
