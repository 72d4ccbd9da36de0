using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Flow.Cli.Output;

/// <summary>Standard output and standard error. Colours and redrawing only where a terminal is; NO_COLOR takes the colours away.</summary>
internal static class Terminal
{
    /// <summary>Wider than any line, so that nothing is cut or broken here: a terminal breaks long lines itself.</summary>
    private const int Width = 100_000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonSerializerOptions JsonOneLine = new(Json) { WriteIndented = false };

    public static IAnsiConsole Out { get; } = Create(Console.Out, Console.IsOutputRedirected);

    private static IAnsiConsole Err { get; } = Create(Console.Error, Console.IsErrorRedirected);

    /// <summary>Whether progress may be redrawn in place.</summary>
    public static bool IsInteractive => !Console.IsOutputRedirected && Out.Profile.Capabilities.Ansi;

    /// <summary>An error for the user, on standard error.</summary>
    public static void Error(string message) => Err.MarkupLineInterpolated($"[red]error:[/] {message}");

    /// <summary>A remark beside the result, on standard error, so that standard output stays the result.</summary>
    public static void Note(string message) => Console.Error.WriteLine(message);

    /// <summary>A value as indented JSON on standard output.</summary>
    public static void WriteJson<T>(T value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, Json));

    /// <summary>A value as one line of JSON on standard output, for streams of values.</summary>
    public static void WriteJsonLine<T>(T value) => Console.Out.WriteLine(OneLine(value));

    /// <summary>A value as JSON text of one line.</summary>
    public static string OneLine<T>(T value) => JsonSerializer.Serialize(value, JsonOneLine);

    /// <summary>A value as JSON text, to be shown among other things.</summary>
    public static string Indented<T>(T value) => JsonSerializer.Serialize(value, Json);

    private static IAnsiConsole Create(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = redirected || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = InteractionSupport.No,
        });
        console.Profile.Width = Width;
        return console;
    }
}
