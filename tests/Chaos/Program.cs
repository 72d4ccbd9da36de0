using Flow.Chaos.Tests;
using Xunit.Runner.InProc.SystemConsole;

return args switch
{
    ["worker", var effects] => await ChaosWorker.RunAsync(effects),
    ["storm", .. var options] => await Storm.RunAsync(options),
    ["capture", var directory] => await ReleaseCapture.RunAsync(directory),
    _ => await ConsoleRunner.Run(args),
};
