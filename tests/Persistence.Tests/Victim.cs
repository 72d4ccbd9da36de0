using System.Data.Common;
using System.Diagnostics;
using MassTransit;
using MassTransit.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Flow.Persistence.Tests;

/// <summary>Where a process dies.</summary>
public enum Death
{
    Never,
    BeforeCommit,
    AfterCommit,
    AfterSend,
}

/// <summary>The consuming service in a process that kills itself (SIGKILL) at the nth passing of a point.</summary>
public static class Victim
{
    public static IHost Build(string connectionString, Uri broker, Death death, int nth, TimeSpan lead)
    {
        var end = new End(death, nth);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddConsole().SetMinimumLevel(LogLevel.Error);
        builder.Services.AddSingleton<TimeProvider>(new AheadOf(lead));
        builder.Services.AddSingleton<Seen>();
        if (FlowDatabase.KindOf(connectionString) == DatabaseKind.Postgres)
            builder.Services.AddDbContext<LedgerContext, PostgresLedger>(options => options.UseFlowDatabase(connectionString).AddInterceptors(end));
        else
            builder.Services.AddDbContext<LedgerContext, SqliteLedger>(options => options.UseFlowDatabase(connectionString).AddInterceptors(end));
        builder.Services.AddSendObserver(_ => end);
        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            Node.Configure(bus, new NodeSettings { Retries = 10 });
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(broker);
                rabbit.DeployPublishTopology = true;
                rabbit.PrefetchCount = 8;
                rabbit.ConfigureEndpoints(context);
            });
        });
        return builder.Build();
    }

    private sealed class End(Death death, int nth) : DbTransactionInterceptor, ISendObserver
    {
        private int _passed;

        public override ValueTask<InterceptionResult> TransactionCommittingAsync(
            DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
        {
            if (IsConsumer(eventData))
                Pass(Death.BeforeCommit);
            return new(result);
        }

        public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            if (IsConsumer(eventData))
                Pass(Death.AfterCommit);
            return Task.CompletedTask;
        }

        public Task PreSend<T>(SendContext<T> context)
            where T : class => Task.CompletedTask;

        public Task PostSend<T>(SendContext<T> context)
            where T : class
        {
            if (typeof(T) == typeof(SerializedMessageBody))
                Pass(Death.AfterSend);
            return Task.CompletedTask;
        }

        public Task SendFault<T>(SendContext<T> context, Exception exception)
            where T : class => Task.CompletedTask;

        private static bool IsConsumer(DbContextEventData eventData) => eventData.Context!.ChangeTracker.Entries().Any(entry => entry.Entity is Note or Echo or Tally);

        private void Pass(Death point)
        {
            if (death == point && Interlocked.Increment(ref _passed) == nth)
                Process.GetCurrentProcess().Kill();
        }
    }
}
