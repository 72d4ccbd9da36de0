using Flow.Simulation.Tests;
using Xunit.Runner.InProc.SystemConsole;

return args switch
{
    ["long", .. var options] => await LongRun.RunAsync(options),
    _ => await ConsoleRunner.Run(args),
};
