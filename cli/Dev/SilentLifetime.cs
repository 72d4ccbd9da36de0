using Microsoft.Extensions.Hosting;

namespace Flow.Cli.Dev;

/// <summary>Leaves Ctrl-C and SIGTERM to the command line, which stops what it hosts in order.</summary>
internal sealed class SilentLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
