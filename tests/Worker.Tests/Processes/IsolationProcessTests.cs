using System.Globalization;
using Flow.Worker.Tests.Bed;

namespace Flow.Worker.Tests.Processes;

/// <summary>Handlers that fill or end their process: the stock worker on RabbitMQ, with real limits and real signals.</summary>
public sealed class IsolationProcessTests : IAsyncLifetime // capability 99
{
    private const int TooLargeBytes = 60_000_000;

    private RabbitMqTransport _transport = null!;
    private WorkerBed _desk = null!;
    private HeldServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _transport = await RabbitMqTransport.CreateAsync();
        _desk = await WorkerBed.StartDesk(_transport);
        _server = await HeldServer.Start();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        if (_desk is not null)
            await _desk.DisposeAsync();
        if (_transport is not null)
            await _transport.DisposeAsync();
    }

    [Fact]
    public async Task A_handler_that_takes_all_memory_should_fail_its_own_item_and_leave_the_process_be()
    {
        await using var worker = WorkerProcess.Start(
            _transport, ("DOTNET_GCHeapHardLimit", (200 << 20).ToString("x", CultureInfo.InvariantCulture)), ("Flow:Worker:Http:MaxResponseBytes", "67108864"), ("Flow:Worker:Concurrency", "4"));
        var inHand = await _desk.Desk.Send(Desk.Item("http", new { url = _server.Url, timeoutSeconds = 300 }));
        await _server.Requests.Several(1);

        var greedy = await _desk.Desk.Send(Desk.Item("http", new { url = $"{_server.Url}/large?bytes={TooLargeBytes}", timeoutSeconds = 300 }));

        (await _desk.Desk.Failure(greedy)).Error.ShouldBe("System.OutOfMemoryException");
        (await _desk.Desk.Success(await _desk.Desk.Send(Desk.Item("echo", "still here")))).Output.GetString().ShouldBe("still here");
        _server.Release();
        await _desk.Desk.Success(inHand);
        _desk.Desk.Started.All.Select(s => s.WorkerId).Distinct().ShouldHaveSingleItem().ShouldContain($"-{worker.Id}-");
    }

    [Fact] // capability 60
    public async Task A_handler_that_kills_its_process_should_cost_the_other_items_in_hand_nothing_but_time()
    {
        (string, string)[] settings = [("Flow:Worker:Exec:Enabled", "true"), ("Flow:Worker:Exec:Commands:shell", "/bin/sh"), ("Flow:Worker:Concurrency", "4")];
        await using var first = WorkerProcess.Start(_transport, settings);
        var inHand = await _desk.Desk.Send(Desk.Item("http", new { url = _server.Url, timeoutSeconds = 300 }));
        await _server.Requests.Several(1);

        // The second worker finds nobody to kill, and the command fails.
        var deadly = await _desk.Desk.Send(Desk.Item("exec", new { command = "shell", arguments = new[] { "-c", $"kill -9 {first.Id}" } }));
        (await first.Exit()).ShouldNotBe(0);
        await using var second = WorkerProcess.Start(_transport, settings);
        _server.Release();

        (await _desk.Desk.Success(inHand)).WorkerId.ShouldNotBeNull().ShouldContain($"-{second.Id}-");
        (await _desk.Desk.Failure(deadly)).Error.ShouldBe("Exec.Failed");
        _desk.Desk.Succeeded.All.ShouldHaveSingleItem();
    }
}
