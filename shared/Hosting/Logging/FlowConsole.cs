using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Flow.Hosting.Logging;

internal static class FlowConsole
{
    public static void AddFlowConsole(this ILoggingBuilder logging, ServiceIdentity identity, LogFormat format)
    {
        logging.ClearProviders();
        logging.AddConsole(o => o.FormatterName = format == LogFormat.Json ? JsonFormatter.FormatterName : TextFormatter.FormatterName);
        logging.Services.AddSingleton<ConsoleFormatter>(_ => new TextFormatter(TimeProvider.System));
        logging.Services.AddSingleton<ConsoleFormatter>(_ => new JsonFormatter(identity, TimeProvider.System));
    }

    private const string Host = "Microsoft.Extensions.Hosting.Internal.Host";
    private const string Kestrel = "Microsoft.AspNetCore.Server.Kestrel";

    /// <summary>
    /// <see cref="FlowProgram"/> says in one line why the start-up failed; the host and Kestrel would each dump the same stack before it, and the
    /// host would then call every background service that is cancelled on the way out a failure.
    /// </summary>
    public static bool IsToldByProgram(string category, int eventId, Exception? exception) => exception switch
    {
        null => false,
        OperationCanceledException => category == Host,
        _ => (category == Host && eventId == 11) || (category == Kestrel && eventId == 0),
    };
}
