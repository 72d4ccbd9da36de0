using System.Net;
using Flow.Contracts.Api;
using Flow.Monitor.Data;
using Flow.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Time.Testing;

namespace Flow.Monitor.Tests.DeadLetters;

/// <summary>What is kept by a release from before the letters had a store of their own.</summary>
public abstract partial class LetterStoreTests
{
    [Fact]
    public async Task Letters_of_earlier_releases_are_carried_over_and_are_no_others_than_their_events()
    {
        var database = await CreateAsync();
        try
        {
            var (old, failedAt) = (Sample.DeadLetter(Guid.NewGuid(), Sample.Epoch), Sample.Epoch.UtcDateTime);
            await using (var db = Context(database))
            {
                await db.GetService<IMigrator>().MigrateAsync("Redrives");
                await db.Database.ExecuteSqlAsync($"""
                    INSERT INTO monitor_dead_letters (token, run_id, scope_id, workflow, version, node, resource, attempts, input, error, cause, "at")
                    VALUES ({old.Token}, {old.RunId}, {old.ScopeId}, {old.Workflow}, {old.Version}, {old.Node}, {old.Resource}, {old.Attempts}, {"[7]"}, {old.Error}, {old.Cause}, {failedAt})
                    """);
            }

            await using var app = await MonitorApp.StartAsync(database, time: new FakeTimeProvider(Sample.Epoch.AddHours(1)));
            (await app.Http.GetStringAsync($"/v1/dead-letters/{old.Token}")).ShouldContain("\"input\":[7]");
            await app.WriteAsync([old]);

            var letter = (await ListAsync(app, "")).Items.ShouldHaveSingleItem();
            (letter.Id, letter.Kind, letter.Status, letter.RunId, letter.Token, letter.Workflow, letter.Version, letter.Node, letter.Attempts, letter.Error, letter.Cause, letter.FailedAt)
                .ShouldBe((old.Token, DeadLetterKind.RetriesSpent, DeadLetterStatus.Open, old.RunId, old.Token, old.Workflow, old.Version, old.Node, old.Attempts, old.Error, old.Cause, Sample.Epoch));
            (await app.Http.PostAsync($"/v1/dead-letters/{old.Token}/archive", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
            (await ListAsync(app, "status=Archived")).Items.ShouldHaveSingleItem().Id.ShouldBe(old.Token);
        }
        finally
        {
            await DropAsync(database);
        }
    }

    private static MonitorDbContext Context(string database)
    {
        if (FlowDatabase.KindOf(database) == DatabaseKind.Sqlite)
        {
            var sqlite = new DbContextOptionsBuilder<MonitorSqliteContext>();
            sqlite.UseFlowDatabase(database);
            return new MonitorSqliteContext(sqlite.Options);
        }

        var postgres = new DbContextOptionsBuilder<MonitorPostgresContext>();
        postgres.UseFlowDatabase(database);
        return new MonitorPostgresContext(postgres.Options);
    }
}
