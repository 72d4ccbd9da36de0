using Flow.Transports.Tests;
using Xunit.Runner.InProc.SystemConsole;

return args is [CrashChild.Argument, .. var rest] ? await CrashChild.RunAsync(rest) : await ConsoleRunner.Run(args);
