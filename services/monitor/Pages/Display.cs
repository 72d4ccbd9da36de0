using System.Globalization;
using Flow.Contracts.Api;

namespace Flow.Monitor.Pages;

/// <summary>How the pages write figures and moments.</summary>
internal static class Display
{
    /// <summary><c>just now</c>, <c>42 s ago</c>, <c>5 min ago</c>, <c>3 h ago</c>, <c>12 d ago</c>; <c>in …</c> for what is to come.</summary>
    public static string Relative(DateTimeOffset at, DateTimeOffset now)
    {
        var age = now - at;
        if (age.Duration() < TimeSpan.FromSeconds(2))
            return "just now";
        var amount = Rough(age.Duration());
        return age > TimeSpan.Zero ? amount + " ago" : "in " + amount;
    }

    /// <summary><c>2025-01-31 12:00:05 UTC</c>.</summary>
    public static string Absolute(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>As <see cref="Absolute"/>, to the millisecond and without the zone.</summary>
    public static string Precise(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    /// <summary><c>0.12 s</c>, <c>42.0 s</c>, <c>5 min 3 s</c>, <c>2 h 5 min</c>, <c>3 d 4 h</c>.</summary>
    public static string Duration(TimeSpan duration) => duration switch
    {
        { Ticks: < 0 } => "0 s",
        { TotalSeconds: < 10 } => duration.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture) + " s",
        { TotalSeconds: < 60 } => duration.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s",
        { TotalHours: < 1 } => $"{duration.Minutes} min {duration.Seconds} s",
        { TotalDays: < 1 } => $"{duration.Hours} h {duration.Minutes} min",
        _ => $"{duration.Days} d {duration.Hours} h",
    };

    /// <summary><c>1,234,567</c>.</summary>
    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>3 workers</c>, <c>1 worker</c>.</summary>
    public static string Count(long value, string one) => $"{Number(value)} {one}{(value == 1 ? "" : "s")}";

    public static string Status(RunStatus status) => status == RunStatus.TimedOut ? "Timed out" : status.ToString();

    /// <summary>A mark beside the colour, for who does not see it.</summary>
    public static string Mark(RunStatus status) => status switch
    {
        RunStatus.Scheduled => "◷",
        RunStatus.Running => "▶",
        RunStatus.Paused => "⏸",
        RunStatus.Succeeded => "✓",
        RunStatus.Failed => "✕",
        RunStatus.Cancelled => "⊘",
        _ => "⧖",
    };

    private static string Rough(TimeSpan age) => age switch
    {
        { TotalSeconds: < 90 } => $"{(int)age.TotalSeconds} s",
        { TotalMinutes: < 90 } => $"{(int)age.TotalMinutes} min",
        { TotalHours: < 36 } => $"{(int)age.TotalHours} h",
        _ => $"{(int)age.TotalDays} d",
    };
}
