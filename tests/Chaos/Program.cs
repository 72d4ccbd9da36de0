using Flow.Chaos.Tests;
using Xunit.Runner.InProc.SystemConsole;

return args switch
{
    ["worker", var effects] => await ChaosWorker.RunAsync(effects),
    ["storm", .. var options] => await Storm.RunAsync(options),
    _ => await ConsoleRunner.Run(args),
};
