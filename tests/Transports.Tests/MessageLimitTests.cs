using System.Text.Json;

namespace Flow.Transports.Tests;

// capability 74
public sealed class MessageLimitTests
{
    [Theory]
    [InlineData(1024, 360)]
    [InlineData(16 * 1024, 8_640)]
    [InlineData(64 * 1024, 43_200)]
    [InlineData(1024 * 1024, 512 * 1024)]
    [InlineData(128 * 1024 * 1024, 512 * 1024)]
    public void A_part_should_be_as_large_as_a_message_holds_in_base64(int maxBytes, int partBytes) => new MessageLimit(maxBytes).PartBytes.ShouldBe(partBytes);

    [Fact]
    public void A_message_should_fit_with_its_envelope()
    {
        var limit = new MessageLimit(16 * 1024);

        limit.Holds(new Numbered(1, new string('x', 12_000))).ShouldBeTrue();
        limit.Holds(new Numbered(1, new string('x', 13_000))).ShouldBeFalse();
    }

    [Fact]
    public void What_surely_fits_should_fit_however_it_is_escaped()
    {
        var limit = new MessageLimit(64 * 1024);
        var payload = JsonSerializer.SerializeToElement(new string('\u0001', 9_000));

        limit.SurelyHolds(9_000).ShouldBeTrue();
        limit.SurelyHolds(payload).ShouldBeFalse();
        limit.Holds(new Numbered(1, new string('\u0001', 9_000))).ShouldBeTrue();
        limit.SurelyHolds(default(JsonElement)).ShouldBeTrue();
    }
}
