using System.Globalization;
using Flow.Contracts.Api;
using Spectre.Console;

namespace Flow.Cli.Output;

/// <summary>How times, numbers and states are put into words. What may hold any text comes out escaped for markup.</summary>
internal static class Words
{
    private const int LineLength = 120;

    /// <summary>E.g. <c>3 s ago</c>, <c>5 min ago</c>, <c>2 h ago</c>, <c>3 d ago</c>; <c>in 5 min</c> for what is to come.</summary>
    public static string Ago(DateTimeOffset moment, DateTimeOffset now)
    {
        var age = now - moment;
        var words = Coarse(age.Duration());
        return age < TimeSpan.FromSeconds(-1) ? $"in {words}" : $"{words} ago";
    }

    /// <summary>E.g. <c>12 ms</c>, <c>1.5 s</c>, <c>2 min 5 s</c>, <c>3 h 20 min</c>.</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        _ when time < TimeSpan.FromSeconds(1) => $"{Math.Max(0, time.TotalMilliseconds):0} ms",
        _ when time < TimeSpan.FromMinutes(1) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        _ when time < TimeSpan.FromHours(1) => $"{(int)time.TotalMinutes} min {time.Seconds} s",
        _ => $"{(int)time.TotalHours} h {time.Minutes} min",
    };

    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Text(string? text) => Markup.Escape(text ?? "");

    /// <summary>A text as one line of a moderate length.</summary>
    public static string? Line(string? text)
    {
        var line = text?.ReplaceLineEndings(" ");
        return line is { Length: > LineLength } ? line[..LineLength] + "…" : line;
    }

    public static string Status(RunStatus status) => status switch
    {
        RunStatus.Succeeded => $"[green]{status}[/]",
        RunStatus.Failed or RunStatus.TimedOut => $"[red]{status}[/]",
        RunStatus.Cancelled or RunStatus.Paused => $"[yellow]{status}[/]",
        _ => $"[blue]{status}[/]",
    };

    private static string Coarse(TimeSpan time) => time switch
    {
        _ when time < TimeSpan.FromMinutes(1) => $"{(int)time.TotalSeconds} s",
        _ when time < TimeSpan.FromHours(1) => $"{(int)time.TotalMinutes} min",
        _ when time < TimeSpan.FromDays(2) => $"{(int)time.TotalHours} h",
        _ => $"{(int)time.TotalDays} d",
    };
}
