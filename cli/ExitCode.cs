namespace Flow.Cli;

/// <summary>What <c>flow</c> tells the shell.</summary>
internal static class ExitCode
{
    /// <summary>Done as asked.</summary>
    public const int Ok = 0;

    /// <summary>Understood, but it failed: the run failed, the definition is not sound, the server refused, a port is taken.</summary>
    public const int Failed = 1;

    /// <summary>Not understood: an unknown option, a missing argument, an input that is not JSON.</summary>
    public const int Usage = 2;

    /// <summary>No orchestrator answers.</summary>
    public const int Unreachable = 3;

    /// <summary>Ended by Ctrl-C, as shells count it.</summary>
    public const int Interrupted = 130;
}

/// <summary>An error for the user: the message says what is wrong and how to mend it.</summary>
/// <param name="code">The exit code.</param>
/// <param name="message">For standard error.</param>
internal sealed class CliException(int code, string message) : Exception(message)
{
    public int Code { get; } = code;

    public static CliException Usage(string message) => new(ExitCode.Usage, message);

    public static CliException Failed(string message) => new(ExitCode.Failed, message);
}
