using Flow.StockWorker;
using Flow.Worker.Tests.Bed;

namespace Flow.Worker.Tests.Stock;

/// <summary>The stock handlers behind a bus in memory.</summary>
internal static class StockBed
{
    public static Task<WorkerBed> Start(params (string Key, string Value)[] settings) => Start(new InMemoryTransport(), settings);

    public static Task<WorkerBed> Start(Transport transport, params (string Key, string Value)[] settings) =>
        WorkerBed.Start(transport, builder => builder.AddStockWorker(), withDesk: true, settings);
}
