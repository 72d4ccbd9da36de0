using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Flow.Persistence.Tests;

/// <summary>A process of its own, which may be killed: this same program with arguments "child …".</summary>
public static class Child
{
    public static bool Wants(string[] args) => args is ["child", ..];

    public static Process Start(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var arg in (string[])[typeof(Child).Assembly.Location, "child", .. args])
            start.ArgumentList.Add(arg);
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, line) => Console.WriteLine($"child: {line.Data}");
        process.ErrorDataReceived += static (_, line) => Console.WriteLine($"child: {line.Data}");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    public static async Task<int> RunAsync(string[] args)
    {
        switch (args)
        {
            case ["child", "migrate", var connectionString]:
                await using (var services = Migrating(connectionString))
                    await services.GetRequiredService<IDatabaseMigrator>().MigrateAsync<ShelfContext>();
                return 0;
            case ["child", "consume", var connectionString, var broker, var point, var nth, var lead]:
                using (var host = Victim.Build(connectionString, new Uri(broker), Enum.Parse<Death>(point), int.Parse(nth), TimeSpan.FromSeconds(int.Parse(lead))))
                    await host.RunAsync();
                return 0;
            default:
                await Console.Error.WriteLineAsync($"What is \"{string.Join(' ', args)}\"?");
                return 2;
        }
    }

    /// <summary>Services with the shelf and its migrator.</summary>
    public static ServiceProvider Migrating(string connectionString, ILoggerProvider? log = null)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:Flow", connectionString)]).Build();
        var services = new ServiceCollection();
        services.AddLogging(logging =>
        {
            if (log is not null)
                logging.AddProvider(log);
        });
        services.AddFlowDatabase<ShelfContext, PostgresShelf, SqliteShelf>(configuration);
        return services.BuildServiceProvider();
    }
}
