using System.Diagnostics;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Flow.Persistence.Tests;

public sealed class Crashes_on_postgres : CrashTests<PostgresDatabase>;

public sealed class Crashes_on_sqlite : CrashTests<SqliteDatabase>;

/// <summary>A service on RabbitMQ is killed again and again, at each point between the arrival of a message and the end of its work.</summary>
public abstract class CrashTests<TDatabase> : DatabaseTests<TDatabase>
    where TDatabase : TestDatabase, new()
{
    private const int Messages = 60;

    private static readonly (Death Point, int Nth)[] Deaths =
    [
        (Death.BeforeCommit, 5), (Death.AfterCommit, 7), (Death.AfterSend, 9), (Death.AfterCommit, 20), (Death.BeforeCommit, 1), (Death.AfterSend, 17),
    ];

    [Fact] // capabilities 54, 55, 56
    public async Task Should_lose_nothing_and_double_nothing()
    {
        await using var rabbit = await RabbitHost.CreateAsync();
        await using (var ledger = OpenLedger())
            await ledger.Database.EnsureCreatedAsync();
        var tally = NewId.NextGuid();
        await SendAsync(rabbit, tally);

        // Each process lives a minute later than the one before: the leases of the dead have expired.
        for (var i = 0; i < Deaths.Length; i++)
        {
            using var victim = Start(rabbit, Deaths[i].Point, Deaths[i].Nth, i);
            using var patience = new CancellationTokenSource(Patience.Limit);
            await victim.WaitForExitAsync(patience.Token);
            victim.ExitCode.ShouldBe(128 + 9, $"death {i} was {Deaths[i]}");
        }

        using var survivor = Start(rabbit, Death.Never, 0, Deaths.Length);
        try
        {
            await Eventually.Holds(IsCompleteAsync, "every note, echo and step, and an empty outbox");
        }
        finally
        {
            survivor.Kill();
            await survivor.WaitForExitAsync();
        }

        await using var end = OpenLedger();
        (await end.Notes.CountAsync()).ShouldBe(Messages);
        (await end.Echoes.CountAsync()).ShouldBe(Messages);
        (await end.Echoes.Select(echo => echo.Text).Distinct().CountAsync()).ShouldBe(Messages);
        (await end.Tallies.SingleAsync()).Total.ShouldBe(Messages);
        (await rabbit.HasQueueAsync("NoteWriter")).ShouldBeTrue();
        (await rabbit.HasQueueAsync("NoteWriter_error")).ShouldBeFalse();
        (await rabbit.HasQueueAsync("EchoWriter_error")).ShouldBeFalse();
        (await rabbit.HasQueueAsync("Tally_error")).ShouldBeFalse();
        (await rabbit.HasQueueAsync("NoteWriter_skipped")).ShouldBeFalse();
    }

    private async Task<bool> IsCompleteAsync()
    {
        await using var ledger = OpenLedger();
        return await ledger.Echoes.CountAsync() >= Messages
            && await ledger.Tallies.SumAsync(tally => tally.Total) >= Messages
            && !await ledger.Set<OutboxEntry>().AnyAsync();
    }

    /// <summary>Every message twice, as a broker may deliver it.</summary>
    private static async Task SendAsync(RabbitHost rabbit, Guid tally)
    {
        var bus = Bus.Factory.CreateUsingRabbitMq(configurator => configurator.Host(rabbit.Uri));
        await bus.StartAsync();
        try
        {
            var notes = await bus.GetSendEndpoint(new Uri("queue:NoteWriter"));
            var tallies = await bus.GetSendEndpoint(new Uri("queue:Tally"));
            for (var copy = 0; copy < 2; copy++)
            {
                for (byte i = 0; i < Messages; i++)
                {
                    var id = new Guid(i, 0, 0, new byte[8]);
                    await notes.Send(new WriteNote($"note {i}"), context => context.MessageId = id);
                    await tallies.Send(new AddToTally(tally, 1), context => context.MessageId = id);
                }
            }
        }
        finally
        {
            await bus.StopAsync();
        }
    }

    private Process Start(RabbitHost rabbit, Death point, int nth, int life) =>
        Child.Start("consume", Database.ConnectionString, rabbit.Uri.ToString(), point.ToString(), nth.ToString(), (life * 60).ToString());
}
