using Flow.Persistence.Tests;
using Xunit.Runner.InProc.SystemConsole;

return Child.Wants(args) ? await Child.RunAsync(args) : await ConsoleRunner.Run(args);
