using System.Diagnostics;
using System.Text.Json;
using Flow.Hosting.Logging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Time.Testing;

namespace Flow.Hosting.Tests;

public sealed class LogTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2025, 1, 31, 12, 0, 0, 123, TimeSpan.Zero));

    [Fact]
    public void Text_is_one_line_with_the_trace()
    {
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        var line = Write(new TextFormatter(_time), "first\nsecond", new InvalidOperationException("went\r\nwrong"));
        line.ShouldStartWith("2025-01-31T12:00:00.123Z ERR Flow.Test: first ⏎ second | trace=" + activity.TraceId + " | System.InvalidOperationException: went ⏎ wrong");
        line.IndexOf('\n', StringComparison.Ordinal).ShouldBe(line.Length - 1);
    }

    [Fact]
    public void Json_is_one_object_a_line_with_the_service_and_the_fields()
    {
        var line = Write(new JsonFormatter(new ServiceIdentity("flow-test", "1.2.3"), _time), "run \"x\"\nfailed", new InvalidOperationException("wrong"));
        line.IndexOf('\n', StringComparison.Ordinal).ShouldBe(line.Length - 1);
        var record = JsonDocument.Parse(line).RootElement;
        record.GetProperty("service").GetString().ShouldBe("flow-test");
        record.GetProperty("version").GetString().ShouldBe("1.2.3");
        record.GetProperty("level").GetString().ShouldBe("Error");
        record.GetProperty("message").GetString().ShouldBe("run \"x\"\nfailed");
        record.GetProperty("exception").GetString()!.ShouldContain("wrong");
        record.GetProperty("fields").GetProperty("RunId").GetString().ShouldBe("42");
        record.GetProperty("time").GetString().ShouldBe("2025-01-31T12:00:00.1230000Z");
    }

    [Fact]
    public void What_the_program_tells_in_its_own_line_is_not_dumped_before_it()
    {
        using var text = new StringWriter();
        var entry = new LogEntry<string>(LogLevel.Error, "Microsoft.Extensions.Hosting.Internal.Host", new EventId(11), "Hosting failed to start", new IOException(), (s, _) => s);
        new TextFormatter(_time).Write(entry, null, text);
        text.ToString().ShouldBeEmpty();
    }

    private static string Write(ConsoleFormatter formatter, string message, Exception exception)
    {
        using var text = new StringWriter();
        KeyValuePair<string, object?>[] state = [new("RunId", 42), new("{OriginalFormat}", "run {RunId}")];
        formatter.Write(new LogEntry<KeyValuePair<string, object?>[]>(LogLevel.Error, "Flow.Test", new EventId(1), state, exception, (_, _) => message), new LoggerExternalScopeProvider(), text);
        return text.ToString();
    }
}
