using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Flow.Worker.Tests.Bed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Flow.Worker.Tests.Units;

public sealed class TelemetryTests
{
    [Fact] // capability 141, 6
    public async Task An_item_should_have_a_span_under_its_senders()
    {
        var spans = new Observed<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name is "Flow" or "MassTransit" or "Test",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        using var source = new ActivitySource("Test");
        await using var bed = await Start();

        ActivityTraceId trace;
        Contracts.NodeWorkItem item;
        using (var root = source.StartActivity("root"))
        {
            trace = root.ShouldNotBeNull().TraceId;
            item = await bed.Desk.Send(Desk.Item("fails"));
        }

        var span = await spans.First(s => s.Source.Name == "Flow" && Equals(s.GetTagItem("flow.token"), item.Token));
        span.TraceId.ShouldBe(trace);
        span.DisplayName.ShouldBe("fails handle");
        span.Status.ShouldBe(ActivityStatusCode.Error);
        span.GetTagItem("flow.run_id").ShouldBe(item.RunId);
        span.GetTagItem("flow.scope_id").ShouldBe(item.ScopeId);
        span.GetTagItem("flow.node").ShouldBe(item.Node);
        span.GetTagItem("flow.attempt").ShouldBe(1);
        span.GetTagItem("flow.worker_id").ShouldBe(bed.Identity.WorkerId);
        span.GetTagItem("flow.outcome").ShouldBe("failed");
    }

    [Fact]
    public async Task Items_should_be_counted_and_timed_by_handler_and_outcome()
    {
        await using var bed = await Start();
        var factory = bed.Services.GetRequiredService<IMeterFactory>();
        var seen = new Observed<(string Instrument, string? Unit, string? Handler, string? Outcome)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == "Flow" && ReferenceEquals(instrument.Meter.Scope, factory))
                l.EnableMeasurementEvents(instrument);
        };
        void Add<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
        {
            var all = tags.ToArray().ToDictionary(t => t.Key, t => t.Value?.ToString(), StringComparer.Ordinal);
            seen.Add((instrument.Name, instrument.Unit, all["handler"], all["outcome"]));
        }

        listener.SetMeasurementEventCallback<long>(Add);
        listener.SetMeasurementEventCallback<double>(Add);
        listener.Start();

        await bed.Desk.Send(Desk.Item("works"));
        await bed.Desk.Send(Desk.Item("fails"));
        await bed.Desk.Send(Desk.Item("nobody-knows"));

        (await seen.Several(6)).ShouldBe(
            [
                ("flow.worker.items", "{item}", "works", "succeeded"), ("flow.worker.item.duration", "s", "works", "succeeded"),
                ("flow.worker.items", "{item}", "fails", "failed"), ("flow.worker.item.duration", "s", "fails", "failed"),
                ("flow.worker.items", "{item}", "unknown", "unknown_handler"), ("flow.worker.item.duration", "s", "unknown", "unknown_handler"),
            ],
            ignoreOrder: true);
    }

    [Fact] // capability 141
    public async Task Every_line_of_a_handler_should_carry_run_item_and_worker()
    {
        var lines = new Observed<(string Text, Dictionary<string, object?> Scope)>();
        using var provider = new Recorder(lines);
        await using var bed = await Start(provider);
        var item = await bed.Desk.Send(Desk.Item("works"));

        var (_, scope) = await lines.First(l => l.Text == "working");
        scope["RunId"].ShouldBe(item.RunId);
        scope["Token"].ShouldBe(item.Token);
        scope["WorkerId"].ShouldBe(bed.Identity.WorkerId);
    }

    private static Task<WorkerBed> Start(ILoggerProvider? logs = null) => WorkerBed.Start(
        new InMemoryTransport(),
        builder =>
        {
            if (logs is not null)
                builder.Logging.AddProvider(logs);
            builder.AddFlowWorker(w => w
                .AddHandler("works", (JsonElement _, NodeContext context) =>
                {
                    context.Logger.LogInformation("working");
                    return Task.FromResult(1);
                })
                .AddHandler("fails", (JsonElement _, NodeContext _) => Task.FromResult(Transition.Abort("No"))));
        },
        withDesk: true);

    private sealed class Recorder(Observed<(string, Dictionary<string, object?>)> lines) : ILoggerProvider, ISupportExternalScope, ILogger
    {
        private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

        public ILogger CreateLogger(string categoryName) => this;

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => _scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var values = new Dictionary<string, object?>(StringComparer.Ordinal);
            _scopes.ForEachScope((scope, all) =>
            {
                foreach (var (key, value) in scope as IEnumerable<KeyValuePair<string, object>> ?? [])
                    all[key] = value;
            }, values);
            lines.Add((formatter(state, exception), values));
        }

        public void Dispose()
        {
            // Nothing to let go of.
        }
    }
}
