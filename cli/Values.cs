using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Flow.Cli;

/// <summary>The values that arguments stand for.</summary>
internal static partial class Values
{
    /// <summary>Parser of an option that is a duration: <c>90</c> (seconds), <c>500ms</c>, <c>90s</c>, <c>5m</c>, <c>2h</c>, <c>1d</c>.</summary>
    public static TimeSpan? Duration(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (TryDuration(text, out var duration))
            return duration;
        argument.AddError($"'{text}' is not a duration. Use a number of seconds, or a number with ms, s, m, h or d, e.g. 90s.");
        return null;
    }

    /// <summary>Parser of an option that is a moment: ISO 8601, or a duration ago.</summary>
    public static DateTimeOffset? Moment(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (TryDuration(text, out var ago))
            return TimeProvider.System.GetUtcNow() - ago;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
            return moment;
        argument.AddError($"'{text}' is not a moment. Use a time like 2026-05-01T12:00:00Z, or how long ago, e.g. 2h.");
        return null;
    }

    /// <summary>Parser of an option that is one of a few words, in any case.</summary>
    public static T OneOf<T>(ArgumentResult argument)
        where T : struct, Enum
    {
        var text = argument.Tokens[0].Value;
        if (text.All(char.IsAsciiLetter) && Enum.TryParse<T>(text, ignoreCase: true, out var value))
            return value;
        argument.AddError($"'{text}' is not one of {Names<T>(", ")}.");
        return default;
    }

    /// <summary>The words of <see cref="OneOf{T}"/>, for help and errors.</summary>
    public static string Names<T>(string separator)
        where T : struct, Enum => string.Join(separator, Enum.GetNames<T>()).ToLowerInvariant();

    /// <summary>Parser of an option that is a whole number within bounds.</summary>
    public static Func<ArgumentResult, int> Whole(int least, int most) => argument =>
    {
        var text = argument.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        argument.AddError($"{((OptionResult)argument.Parent!).Option.Name} is '{text}'; use a whole number from {least} to {most}.");
        return least;
    };

    /// <summary>Parser of an option given as <c>key=value</c> any number of times.</summary>
    public static Dictionary<string, string> Pairs(ArgumentResult argument)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var token in argument.Tokens)
        {
            var parts = token.Value.Split('=', 2);
            if (parts.Length == 2 && parts[0].Length > 0)
                pairs[parts[0]] = parts[1];
            else
                argument.AddError($"'{token.Value}' is not of the form key=value.");
        }

        return pairs;
    }

    /// <summary>The value of an option that is JSON, <c>@file</c>, or <c>-</c> for standard input.</summary>
    public static async Task<JsonElement> JsonAsync(string option, string given, CancellationToken cancellationToken)
    {
        var (source, text) = given switch
        {
            "-" => ("standard input", await Console.In.ReadToEndAsync(cancellationToken)),
            ['@', .. var file] => ($"file '{file}'", await FileAsync(file, cancellationToken)),
            _ => (option, given),
        };
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException e)
        {
            throw CliException.Usage($"The {option.TrimStart('-')} from {source} is not JSON: {e.Message}\nGive JSON such as {option} '{{\"id\": 7}}' (strings in double quotes), @file, or - for standard input.");
        }
    }

    /// <summary>The text of a file the user named.</summary>
    public static async Task<string> FileAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(path, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw CliException.Usage($"Cannot read '{path}': {e.Message}");
        }
    }

    private static bool TryDuration(string text, out TimeSpan duration)
    {
        duration = default;
        if (DurationText().Match(text) is not { Success: true } match || !double.TryParse(match.Groups[1].Value, CultureInfo.InvariantCulture, out var number))
            return false;
        var seconds = number * match.Groups[2].Value switch { "ms" => 0.001, "m" => 60, "h" => 3600, "d" => 86400, _ => 1 };
        if (seconds > TimeSpan.FromDays(3650).TotalSeconds)
            return false;
        duration = TimeSpan.FromSeconds(seconds);
        return true;
    }

    [GeneratedRegex(@"\A([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex DurationText();
}
