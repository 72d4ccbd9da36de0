namespace Flow.Client.Tests;

internal static class Bodies
{
    public const string Id = "019a0000-0000-7000-8000-0000000000ab";

    public static string Summary(string status = "Running") =>
        $$"""{"runId":"{{Id}}","workflow":"order","version":2,"status":"{{status}}","startedAt":"2026-05-01T12:00:00Z"}""";

    public static string Details(string status) => $$"""{"run":{{Summary(status)}},"input":{"id":7},"output":{"ok":true},"tags":{"a":"b"},"trigger":"Manual","somethingNew":1}""";

    public const string NoItems = """{"items":[],"next":null}""";
}
