using System.Globalization;
using Flow.StatesLanguage.Expressions;

namespace Flow.StatesLanguage.Tests.Expressions;

public sealed class When_timestamps_are_read
{
    [Theory]
    [InlineData("2016-03-14T01:59:00Z", "2016-03-14T01:59:00.0000000")]
    [InlineData("2016-03-14T01:59:00.5Z", "2016-03-14T01:59:00.5000000")]
    [InlineData("2016-03-14T01:59:00.123456789Z", "2016-03-14T01:59:00.1234567")]
    [InlineData("2016-03-14T01:59:00+02:30", "2016-03-13T23:29:00.0000000")]
    [InlineData("2016-12-31T23:59:59-01:00", "2017-01-01T00:59:59.0000000")]
    [InlineData("2016-02-29T00:00:00-23:59", "2016-02-29T23:59:00.0000000")]
    [InlineData("2015-02-29T00:00:00Z", null)]
    [InlineData("2016-13-05T21:29:29Z", null)]
    [InlineData("2016-12-05T25:29:29Z", null)]
    [InlineData("2016-12-05T24:00:00Z", null)]
    [InlineData("2016-12-05T21:29:60Z", null)]
    [InlineData("2016-12-05 21:29:29Z", null)]
    [InlineData("2016-12-05t21:29:29z", null)]
    [InlineData("2016-12-05T21:29:29z", null)]
    [InlineData("2016-12-05T21:29:29", null)]
    [InlineData("2016-12-05T21:29Z", null)]
    [InlineData("2016-12-05T21:29:29.Z", null)]
    [InlineData("2016-12-05T21:29:29.5", null)]
    [InlineData("2016-12-05T21:29:29+0100", null)]
    [InlineData("2016-12-05T21:29:29+24:00", null)]
    [InlineData("2016-12-05T21:29:29+01:60", null)]
    [InlineData("2016-12-05T21:29:29ZZ", null)]
    [InlineData(" 2016-12-05T21:29:29Z", null)]
    [InlineData("0001-01-01T00:00:00+01:00", null)]
    [InlineData("2016-12-05", null)]
    [InlineData("", null)]
    public void Should_take_the_profile_of_the_language_only(string text, string? utc)
    {
        var isTimestamp = Timestamps.TryParse(text, out var timestamp);

        (isTimestamp ? timestamp.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffff", CultureInfo.InvariantCulture) : null).ShouldBe(utc);
    }
}
