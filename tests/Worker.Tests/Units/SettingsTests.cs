using System.Text.Json;
using Flow.Worker.Tests.Bed;
using Microsoft.Extensions.Options;

namespace Flow.Worker.Tests.Units;

/// <summary>A wrong setting stops the start-up with its name and what is allowed.</summary>
public sealed class SettingsTests
{
    [Theory] // capability 157
    [InlineData("Concurrency", "0", "Flow:Worker:Concurrency is 0; allowed are 1 to 1000.")]
    [InlineData("Concurrency", "1001", "Flow:Worker:Concurrency is 1001; allowed are 1 to 1000.")]
    [InlineData("HandlerTimeoutSeconds", "0", "Flow:Worker:HandlerTimeoutSeconds is 0; allowed are 1 to 604800.")]
    [InlineData("HeartbeatSeconds", "301", "Flow:Worker:HeartbeatSeconds is 301; allowed are 1 to 300.")]
    [InlineData("ShutdownTimeoutSeconds", "-1", "Flow:Worker:ShutdownTimeoutSeconds is -1; allowed are 0 to 3600.")]
    [InlineData("MaxOutputBytes", "10", "Flow:Worker:MaxOutputBytes is 10; allowed are 1024 to 67108864.")]
    [InlineData("Queues:0", "Video!", "Flow:Worker:Queues:0: 'Video!' is not a queue name")]
    [InlineData("Queues:0", "video-low", "Flow:Worker:Queues:0: 'video-low' is not a queue name: '-low' is the ending of a lane")]
    [InlineData("Lanes:Critical", "0", "Flow:Worker:Lanes:Critical is 0; allowed are 1 to 100.")]
    [InlineData("Lanes:GapMilliseconds", "0", "Flow:Worker:Lanes:GapMilliseconds is 0; allowed are 1 to 10000.")]
    [InlineData("Lanes:Low", "101", "Flow:Worker:Lanes:Low is 101; allowed are 1 to 100.")]
    [InlineData("Lanes:Order", "7", "Flow:Worker:Lanes:Order is 7; allowed are Weighted, Strict.")]
    public async Task A_wrong_value_should_stop_the_start(string setting, string value, string message)
    {
        var failure = await Should.ThrowAsync<OptionsValidationException>(() => Start(($"Flow:Worker:{setting}", value)));
        failure.Message.ShouldContain(message);
    }

    [Fact]
    public async Task A_value_of_the_wrong_kind_should_name_its_setting() =>
        (await Should.ThrowAsync<Exception>(() => Start(("Flow:Worker:Concurrency", "many")))).ToString().ShouldContain("Flow:Worker:Concurrency");

    private static Task<WorkerBed> Start(params (string, string)[] settings) =>
        WorkerBed.Start(new InMemoryTransport(), w => w.AddHandler("x", (JsonElement _, NodeContext _) => Task.FromResult(1)), settings);
}
