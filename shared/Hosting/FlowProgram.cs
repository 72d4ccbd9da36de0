using Microsoft.Extensions.Hosting;

namespace Flow.Hosting;

/// <summary>The outermost frame of every Flow process.</summary>
public static class FlowProgram
{
    /// <summary>
    /// Runs <paramref name="program"/> (build the application, map it, run it until it is told to stop). A start-up failure becomes one line on
    /// standard error that names the setting, host or port and what to do; with the environment variable FLOW_STARTUP_TRACE=1 the stack follows.
    /// </summary>
    /// <param name="program">Everything the process does.</param>
    /// <returns>The exit code: 0 after an orderly stop, 1 after a failure.</returns>
    public static async Task<int> RunAsync(Func<Task> program)
    {
        try
        {
            await program();
            return 0;
        }
        catch (Exception exception) when (exception is not HostAbortedException) // how test hosts and design-time tools stop a program after Build
        {
            await Console.Error.WriteLineAsync("Flow stopped: " + StartupFailure.Describe(exception));
            if (Environment.GetEnvironmentVariable("FLOW_STARTUP_TRACE") == "1")
                await Console.Error.WriteLineAsync(exception.ToString());
            return 1;
        }
    }
}
