using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Flow.Jsonata.Pictures;

namespace Flow.Jsonata.Tests.Pictures;

public sealed class When_a_moment_is_formatted
{
    private const long Millis = 1_772_330_645_007; // Sunday, 2026-03-01T02:04:05.007Z

    [Theory]
    [InlineData(null, "2026-03-01T02:04:05.007Z")]
    [InlineData("", "")]
    [InlineData("[[[Y]]]", "[2026]")]
    [InlineData("[Y01]/[M01]/[D01]", "26/03/01")]
    [InlineData("[Y,2-2]", "26")]
    [InlineData("[Y9,999,*]", "2,026")]
    [InlineData("[YI] [Mi] [Da]", "MMXXVI iii a")]
    [InlineData("[FNn], the [Dwo] of [MNn] [Yw]", "Sunday, the first of March two thousand and twenty-six")]
    [InlineData("[F] [FN,3-3] [F1] [MN,3-3]", "sunday SUN 7 MAR")]
    [InlineData("day [d001], week [W] of [X], [w1o] week of [xNn]", "day 060, week 9 of 2026, 4th week of February")]
    [InlineData("[h]:[m] [P], [H01].[m01] [PN]", "2:04 am, 02.04 AM")]
    [InlineData("[s].[f001], [f]", "05.007, 7")]
    [InlineData("[ D 1 o ]", "1st")]
    [InlineData("[C] [E]", "ISO ISO")]
    public void Should_follow_the_picture(string? picture, string expected) => Picture(picture).Format(Millis, timezone: null).ShouldBe(expected);

    [Theory]
    [InlineData("+0530", "[D] [H01]:[m] [Z]", "1 07:34 +05:30")]
    [InlineData("-0330", "[D] [H01]:[m] [Z]", "28 22:34 -03:30")]
    [InlineData("-0030", "[Z0101] [Z1] [z]", "-0030 -0:30 GMT-00:30")]
    [InlineData("0200", "[Z0101] [Z01] [z1]", "+0200 +02 GMT+2")]
    [InlineData("+0000", "[Z01:01t] [Z] [z]", "Z +00:00 GMT+00:00")]
    [InlineData("Europe/Rome", "[Y]", "D3134")]
    [InlineData("", "[Y]", "D3134")]
    [InlineData("+0075", "[Y]", "D3134")]
    public void Should_be_in_the_timezone(string timezone, string picture, string expected) => Outcome.Of(() => Picture(picture).Format(Millis, timezone)).ShouldBe(expected);

    [Theory]
    [InlineData("[]", "D3132")]
    [InlineData("[Q1]", "D3132")]
    [InlineData("[Y,x]", "D3132")]
    [InlineData("[Y,1000]", "D3132")]
    [InlineData("[DN]", "D3133")]
    [InlineData("[ZN]", "D3134")]
    [InlineData("[Z000001]", "D3134")]
    [InlineData("[DN] [M", "D3135")]
    [InlineData("[D#]", "D3130")]
    [InlineData("[D0٠]", "D3131")]
    public void Should_refuse_what_is_no_picture(string picture, string code) => Outcome.Of(() => Picture(picture).Format(Millis, timezone: null)).ShouldBe(code);

    [Theory]
    [InlineData(-62_135_596_800_001, "0000-12-31")]
    [InlineData(-62_198_755_200_000, "-0001-01-01")]
    [InlineData(8_640_000_000_000_000, "275760-09-13")]
    [InlineData(8_640_000_000_000_001, "D1001")]
    [InlineData(long.MinValue, "D1001")]
    public void Should_know_every_year_that_JavaScript_does(long millis, string expected) =>
        Outcome.Of(() => Picture(millis > 0 ? "[Y0001,*-6]-[M01]-[D01]" : "[Y0001]-[M01]-[D01]").Format(millis, timezone: null)).ShouldBe(expected);

    [Fact]
    public void Should_agree_with_the_calendar_of_the_base_library() =>
        Prop.ForAll(Gen.Choose(-700_000, 2_900_000).Select(days => DateTime.UnixEpoch.AddDays(days)).ToArbitrary(), date =>
        {
            var millis = (long)(date - DateTime.UnixEpoch).TotalMilliseconds;
            var expected = string.Create(CultureInfo.InvariantCulture, $"{date:yyyy-MM-dd} {date.DayOfYear} {ISOWeek.GetYear(date)}-W{ISOWeek.GetWeekOfYear(date)} {date.DayOfWeek}");
            return Picture("[Y0001]-[M01]-[D01] [d] [X]-W[W] [FNn]").Format(millis, timezone: null) == expected;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Should_throw_nothing_else_for_any_picture() =>
        Prop.ForAll(ArbMap.Default.ArbFor<long>(), Pictures.Any("[]YMDdFWwXxHhPmsfZzCE01#,-*oNni;t ").ToArbitrary(), (millis, picture) =>
            Outcome.Of(() => Picture(picture).Format(millis, timezone: null)) is not null
            && Outcome.Of(() => $"{Picture(picture).Parse(picture, DateTimeOffset.UnixEpoch)}") is not null).QuickCheckThrowOnFailure();

    private static DateTimePicture Picture(string? picture) => picture is null ? DateTimePicture.Iso8601 : DateTimePicture.Read(picture);
}
