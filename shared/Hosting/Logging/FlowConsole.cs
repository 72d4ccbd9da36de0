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

    /// <summary><see cref="FlowProgram"/> says in one line why the start-up failed; the host and Kestrel would each dump the same stack before it.</summary>
    public static bool IsToldByProgram(string category, int eventId, Exception? exception) =>
        exception is not null
        && ((category == "Microsoft.Extensions.Hosting.Internal.Host" && eventId == 11)
            || (category == "Microsoft.AspNetCore.Server.Kestrel" && eventId == 0));
}
