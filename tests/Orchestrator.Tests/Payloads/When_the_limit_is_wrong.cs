using Flow.Orchestrator.Tests.Hosts;
using Microsoft.Extensions.Options;

namespace Flow.Orchestrator.Tests.Payloads;

// capability 74
public sealed class When_the_limit_is_wrong
{
    [Theory]
    [InlineData("1000")]
    [InlineData("67108865")]
    public async Task Should_not_start_and_name_the_setting(string value)
    {
        await using var place = new SqlitePlace();
        place.Settings["Flow:MaxPayloadBytes"] = value;

        var refusal = await Should.ThrowAsync<OptionsValidationException>(() => FlowHost.StartAsync(place.Settings, _ => { }));

        refusal.Message.ShouldContain("MaxPayloadBytes");
        refusal.Message.ShouldContain("67108864");
    }
}
