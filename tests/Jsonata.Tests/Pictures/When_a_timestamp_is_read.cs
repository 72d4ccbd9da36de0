using FsCheck;
using FsCheck.Fluent;
using Flow.Jsonata.Pictures;

namespace Flow.Jsonata.Tests.Pictures;

public sealed class When_a_timestamp_is_read
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 17, 45, 30, 250, TimeSpan.Zero);

    [Theory]
    [InlineData("2026", "2026-01-01T00:00:00.000Z")]
    [InlineData("2026-03", "2026-03-01T00:00:00.000Z")]
    [InlineData("2026-03-01", "2026-03-01T00:00:00.000Z")]
    [InlineData("2026-03-01T02:04:05", "2026-03-01T02:04:05.000Z")]
    [InlineData("2026-03-01T02:04:05Z", "2026-03-01T02:04:05.000Z")]
    [InlineData("2026-03-01T02:04:05.5Z", "2026-03-01T02:04:05.500Z")]
    [InlineData("2026-03-01T02:04:05.123456789Z", "2026-03-01T02:04:05.123Z")]
    [InlineData("2026-03-01T02:04:05+0130", "2026-03-01T00:34:05.000Z")]
    [InlineData("2026-03-01T02:04:05-00:30", "2026-03-01T02:34:05.000Z")]
    [InlineData("2026-02-31", "2026-03-03T00:00:00.000Z")]
    [InlineData("", "D3110")]
    [InlineData("26-03-01", "D3110")]
    [InlineData("2026-13", "D3110")]
    [InlineData("2026-03-00", "D3110")]
    [InlineData("2026-3-1", "D3110")]
    [InlineData("2026-03-01 02:04:05", "D3110")]
    [InlineData("2026-03-01T02:04", "D3110")]
    [InlineData("2026-03-01T24:00:00Z", "D3110")]
    [InlineData("2026-03-01T02:04:05.Z", "D3110")]
    [InlineData("2026-03-01T02:04:05+25:00", "D3110")]
    [InlineData("2026-03-01T02:04:05Zulu", "D3110")]
    public void Should_be_ISO_8601_without_a_picture(string text, string expected) => Read(text, picture: null).ShouldBe(expected);

    [Theory]
    [InlineData("20260301", "[Y0001][M01][D01]", "2026-03-01T00:00:00.000Z")]
    [InlineData("1/3/2026", "[D]/[M]/[Y]", "2026-03-01T00:00:00.000Z")]
    [InlineData("the 1ST of march, MMXXVI", "The [D1o] of [MNn], [YI]", "2026-03-01T00:00:00.000Z")]
    [InlineData("Sun, first Mar two thousand and twenty-six", "[FNn,3-3], [Dwo] [MNn,3-3] [Yw]", "2026-03-01T00:00:00.000Z")]
    [InlineData("2026 060 13:14", "[Y] [d001] [H01]:[m01]", "2026-03-01T13:14:00.000Z")]
    [InlineData("1/3/2026 12:06 am", "[D]/[M]/[Y] [h]:[m] [P]", "2026-03-01T00:06:00.000Z")]
    [InlineData("1/3/2026 12:06 PM", "[D]/[M]/[Y] [h]:[m] [P]", "2026-03-01T12:06:00.000Z")]
    [InlineData("2026-03-01T02:04:05.5", "[Y]-[M01]-[D01]T[H]:[m]:[s].[f]", "2026-03-01T02:04:05.500Z")]
    [InlineData("2026-03-01 02:04 -0130", "[Y]-[M]-[D] [H]:[m] [Z0101]", "2026-03-01T03:34:00.000Z")]
    [InlineData("2026-03-01 02:04 GMT+1", "[Y]-[M]-[D] [H]:[m] [z1]", "2026-03-01T01:04:00.000Z")]
    [InlineData("2026-03-01 02:04Z", "[Y]-[M]-[D] [H]:[m][Z01:01t]", "2026-03-01T02:04:00.000Z")]
    [InlineData("2,026", "[Y9,999,*]", "2026-01-01T00:00:00.000Z")]
    [InlineData("26", "[Y]", "1926-01-01T00:00:00.000Z")]
    [InlineData("2026-14-01", "[Y]-[M]-[D]", "2027-02-01T00:00:00.000Z")]
    public void Should_follow_the_picture(string text, string picture, string expected) => Read(text, picture).ShouldBe(expected);

    [Theory]
    [InlineData("1 Mai 2026", "[D] [MNn] [Y]")]
    [InlineData("2026-3-1", "[Y]-[M01]-[D01]")]
    [InlineData("2026-03-01 ", "[Y]-[M01]-[D01]")]
    [InlineData("999999999999", "[Y]")]
    [InlineData("today", "today")]
    [InlineData("", "[Y]")]
    public void Should_be_nothing_when_it_does_not_follow_the_picture(string text, string picture) => Read(text, picture).ShouldBe("nothing");

    [Theory]
    [InlineData("03:04", "[H]:[m]", "2026-11-26T03:04:00.000Z")]
    [InlineData("3 pm", "[h] [P]", "2026-11-26T15:00:00.000Z")]
    [InlineData(":04", ":[m]", "2026-11-26T17:04:00.000Z")]
    [InlineData("5/1", "[D]/[M]", "2026-01-05T00:00:00.000Z")]
    [InlineData("250", "[d]", "2026-09-07T00:00:00.000Z")]
    [InlineData("3", "[h]", "2026-11-26T15:00:00.000Z")]
    public void Should_take_what_is_greater_from_now(string text, string picture, string expected) => Read(text, picture).ShouldBe(expected);

    [Theory]
    [InlineData("2026 5", "[Y] [D]")]
    [InlineData("5 13", "[M] [H]")]
    [InlineData("5/1/2026 3:00", "[D]/[M]/[Y] [h]:[m]")]
    [InlineData("2026-W10", "[X]-W[W]")]
    [InlineData("2026-2-w1", "[X]-[x]-w[w]")]
    public void Should_leave_no_gap(string text, string picture) => Read(text, picture).ShouldBe("D3136");

    [Fact]
    public void Should_be_the_moment_that_was_formatted() =>
        Prop.ForAll(
            Gen.Choose(int.MinValue, int.MaxValue).Select(seconds => (seconds * 1000L) + Math.Abs(seconds % 1000L)).ToArbitrary(),
            Gen.Elements("+0000", "+0530", "-0330", "+1400").ToArbitrary(),
            Gen.Elements(null, "[Y0001]-[M01]-[D01]T[H01]:[m]:[s].[f001][Z]", "[FNn] [Dwo] [MN] [Yw] [h]:[m]:[s].[f001] [P] [z]", "[YI] [d] [H]:[m]:[s].[f001] [Z0101]").ToArbitrary(),
            (millis, timezone, picture) => Picture(picture).Parse(Picture(picture).Format(millis, timezone), Now) == millis).QuickCheckThrowOnFailure();

    [Fact]
    public void Should_end_soon_whatever_the_ways_to_read_it()
    {
        var picture = string.Concat(Enumerable.Repeat("[Y]", 32));

        Read(new string('1', 100_000), picture).ShouldBe("U1001");
        Read("1", picture + "[Y]").ShouldBe("D3132");
    }

    private static string Read(string text, string? picture) =>
        Outcome.Of(() => Picture(picture).Parse(text, Now) is { } millis ? DateTimePicture.Iso8601.Format(millis, timezone: null) : "nothing");

    private static DateTimePicture Picture(string? picture) => picture is null ? DateTimePicture.Iso8601 : DateTimePicture.Read(picture);
}
