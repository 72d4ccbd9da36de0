using System.Text.Json;
using Flow.Contracts;
using Flow.Contracts.Api;
using Flow.Monitor.Data;
using Flow.Monitor.Projections;

namespace Flow.Monitor.Tests;

// capability 130
public sealed class ProjectionPropertyTests
{
    [Fact]
    public void Any_order_and_any_repeats_give_the_same_rows()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var told = Sample.Run(seed).Concat(Sample.Run(seed + 1000)).ToList();
            var expected = Describe(told);
            for (var shuffle = 0; shuffle < 5; shuffle++)
                Describe(Sample.Disorder(told, (seed * 100) + shuffle)).ShouldBe(expected, $"seed {seed}, shuffle {shuffle}");
        }
    }

    [Fact]
    public void A_run_whose_end_comes_first_is_ended_and_counts_once()
    {
        var state = Apply(
            new RunSucceeded { RunId = Id, Workflow = "w", Version = 2, Timestamp = Sample.Epoch.AddSeconds(5), StartedAt = Sample.Epoch },
            new RunStarted { RunId = Id, Workflow = "w", Version = 2, Name = "n", Timestamp = Sample.Epoch },
            new RunPaused { RunId = Id, Workflow = "w", Version = 2, Timestamp = Sample.Epoch.AddSeconds(9) });
        var run = state.Runs[Id];
        (run.Status, run.StartedAt, run.EndedAt, run.Name, run.Version).ShouldBe((RunStatus.Succeeded, Sample.Epoch, Sample.Epoch.AddSeconds(5), "n", 2));
        Totals(state).ShouldBe(new Dictionary<string, long>(StringComparer.Ordinal) { ["runs.started"] = 1, ["runs.succeeded"] = 1 }, ignoreOrder: true);
        state.Endings.ShouldHaveSingleItem().Duration.ShouldBe(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void A_run_that_fails_is_redriven_and_succeeds_counts_for_both()
    {
        var failed = new RunFailed { RunId = Id, Workflow = "w", Version = 1, Timestamp = Sample.Epoch.AddSeconds(5), StartedAt = Sample.Epoch, Error = "E" };
        var succeeded = new RunSucceeded { RunId = Id, Workflow = "w", Version = 1, Timestamp = Sample.Epoch.AddSeconds(50), StartedAt = Sample.Epoch };
        foreach (var state in new[] { Apply(failed, succeeded), Apply(succeeded, failed, failed) })
        {
            (state.Runs[Id].Status, state.Runs[Id].Error).ShouldBe((RunStatus.Succeeded, null));
            Totals(state).ShouldBe(new Dictionary<string, long>(StringComparer.Ordinal) { ["runs.failed"] = 1, ["runs.succeeded"] = 1 }, ignoreOrder: true);
        }
    }

    // capability 40
    [Fact]
    public void A_run_that_was_redriven_goes_on_in_whatever_order_its_events_come()
    {
        RunEvent[] told =
        [
            new RunFailed { RunId = Id, Workflow = "w", Version = 1, Timestamp = Sample.Epoch.AddSeconds(5), StartedAt = Sample.Epoch, Error = "E" },
            new RunRedriven { RunId = Id, Workflow = "w", Version = 1, Timestamp = Sample.Epoch.AddSeconds(20), Number = 1 },
            new RunPaused { RunId = Id, Workflow = "w", Version = 1, Timestamp = Sample.Epoch.AddSeconds(30) },
        ];
        foreach (var order in new int[][] { [0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0] })
        {
            var run = Apply([.. order.Select(i => told[i])]).Runs[Id];
            (run.Status, run.EndedAt, run.Error).ShouldBe((RunStatus.Paused, null, null), string.Join(",", order));
        }
    }

    // capability 47
    [Fact]
    public void Attempts_are_counted_by_node_whatever_kind_of_resource_they_have()
    {
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        var state = Apply(
            Advanced(1, new() { Type = "LambdaFunctionScheduled", Node = "A", Token = first, Attempt = 1, Timestamp = Sample.Epoch }),
            Advanced(2, new() { Type = "LambdaFunctionTimedOut", Node = "A", Token = first, Attempt = 1, Timestamp = Sample.Epoch.AddSeconds(1) }),
            Advanced(3, new() { Type = "LambdaFunctionScheduled", Node = "A", Token = second, Attempt = 2, Timestamp = Sample.Epoch.AddSeconds(2) }),
            Advanced(4, new() { Type = "LambdaFunctionSucceeded", Node = "A", Token = second, Attempt = 2, Timestamp = Sample.Epoch.AddSeconds(3) }),
            Advanced(5, new() { Type = "MapStateSucceeded", Node = "M", Timestamp = Sample.Epoch.AddSeconds(4) }));
        Totals(state).ShouldBe(new Dictionary<string, long>(StringComparer.Ordinal) { ["nodes.failed"] = 1, ["nodes.retried"] = 1, ["nodes.succeeded"] = 1 }, ignoreOrder: true);
        state.Attempts[first].Outcome.ShouldBe(AttemptOutcome.TimedOut);
        state.Attempts[second].EndedAt.ShouldBe(Sample.Epoch.AddSeconds(3));
    }

    [Fact]
    public void A_late_heartbeat_changes_nothing_and_a_stopped_worker_stays_stopped()
    {
        var state = Apply(
            Sample.Heartbeat("a", Sample.Epoch.AddSeconds(20)),
            Sample.Heartbeat("a", Sample.Epoch.AddSeconds(30), stopping: true),
            Sample.Heartbeat("a", Sample.Epoch.AddSeconds(10)),
            Sample.Heartbeat("a", Sample.Epoch.AddSeconds(40)));
        (state.Workers["a"].Timestamp, state.Workers["a"].Stopping).ShouldBe((Sample.Epoch.AddSeconds(30), true));
    }

    private static readonly Guid Id = Guid.Parse("11111111-1111-1111-1111-111111111111");

    private static RunAdvanced Advanced(long sequence, HistoryEvent happened) => new() { RunId = Id, ScopeId = Id, Workflow = "w", Sequence = sequence, Events = [happened] };

    private static ProjectionState Apply(params object[] told)
    {
        var state = new ProjectionState();
        foreach (var message in told)
            Projector.Apply(state, message, Sample.Epoch);
        return state;
    }

    private static Dictionary<string, long> Totals(ProjectionState state) =>
        state.Counters.Values.GroupBy(c => c.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Sum(c => c.Value), StringComparer.Ordinal);

    private static string Describe(IEnumerable<object> told)
    {
        var state = Apply([.. told]);
        return JsonSerializer.Serialize(new
        {
            Runs = state.Runs.Values.OrderBy(r => r.RunId),
            Attempts = state.Attempts.Values.OrderBy(a => a.Token),
            Counters = state.Counters.Values.OrderBy(c => c.Name + c.Workflow + c.Node, StringComparer.Ordinal),
            Facts = state.Facts.Select(f => $"{f.RunId} {f.Kind} {f.At:O}").Order(StringComparer.Ordinal),
            Transitions = state.Transitions.Select(t => $"{t.ScopeId} {t.Sequence}").Order(StringComparer.Ordinal),
            Durations = state.Endings.Select(e => e.ToString()).Order(StringComparer.Ordinal),
        });
    }
}
