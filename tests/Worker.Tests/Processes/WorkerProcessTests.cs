using Flow.Worker.Tests.Bed;

namespace Flow.Worker.Tests.Processes;

/// <summary>Real processes on RabbitMQ, and real signals.</summary>
public sealed class WorkerProcessTests : IAsyncLifetime
{
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

    [Fact] // capability 60, 87, 90
    public async Task What_a_killed_worker_had_in_hand_should_come_to_another()
    {
        await using var first = WorkerProcess.Start(_transport);
        var item = await _desk.Desk.Send(Desk.Item("http", new { url = _server.Url, timeoutSeconds = 300 }));
        var begun = await _desk.Desk.Started.First(s => s.Token == item.Token);
        await using var second = WorkerProcess.Start(_transport);
        await _desk.Desk.Workers.First(w => w.WorkerId != begun.WorkerId);

        await _server.Requests.Several(1);

        await first.Kill();
        _server.Release();

        var again = await _desk.Desk.Started.First(s => s.Token == item.Token && s.WorkerId != begun.WorkerId);
        (await _desk.Desk.Success(item)).WorkerId.ShouldBe(again.WorkerId);
        begun.WorkerId.ShouldContain($"-{first.Id}-");
        again.WorkerId.ShouldContain($"-{second.Id}-");
        _desk.Desk.Succeeded.All.Count.ShouldBe(1);
    }

    [Fact] // capability 93, 89
    public async Task A_terminated_worker_should_finish_what_it_has_in_hand_and_say_goodbye()
    {
        await using var worker = WorkerProcess.Start(_transport);
        var item = await _desk.Desk.Send(Desk.Item("http", new { url = _server.Url, timeoutSeconds = 300 }));
        var begun = await _desk.Desk.Started.First(s => s.Token == item.Token);

        await worker.Terminate();
        await worker.Output.First(line => line.Contains("stops within", StringComparison.Ordinal));
        _server.Release();

        (await worker.Exit()).ShouldBe(0);
        (await _desk.Desk.Success(item)).WorkerId.ShouldBe(begun.WorkerId);
        (await _desk.Desk.Workers.First(w => w.Stopping)).WorkerId.ShouldBe(begun.WorkerId);
        _desk.Desk.Started.All.Count(s => s.Token == item.Token).ShouldBe(1);
    }

    [Fact] // capability 93, 60
    public async Task A_terminated_worker_should_give_back_what_it_cannot_finish()
    {
        await using var worker = WorkerProcess.Start(_transport, ("Flow:Worker:ShutdownTimeoutSeconds", "1"));
        var item = await _desk.Desk.Send(Desk.Item("http", new { url = _server.Url, timeoutSeconds = 300 }));
        var begun = await _desk.Desk.Started.First(s => s.Token == item.Token);

        await worker.Terminate();
        (await worker.Exit()).ShouldBe(0);
        _desk.Desk.IsAnswered(item).ShouldBeFalse();

        await using var next = WorkerProcess.Start(_transport);
        (await _desk.Desk.Started.First(s => s.Token == item.Token && s.WorkerId != begun.WorkerId)).Attempt.ShouldBe(1);
    }

    [Fact] // capability 157
    public async Task A_wrong_setting_should_end_the_process_with_its_name()
    {
        await using var worker = WorkerProcess.Start(_transport, ("Flow:Worker:Concurrency", "0"));

        (await worker.Exit()).ShouldBe(1);
        await worker.Output.First(line => line.Contains("Flow:Worker:Concurrency is 0; allowed are 1 to 1000.", StringComparison.Ordinal));
    }
}
