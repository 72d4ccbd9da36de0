using FsCheck;
using FsCheck.Fluent;
using Flow.Jsonata.Pictures;

namespace Flow.Jsonata.Tests.Pictures;

public sealed class When_an_integer_is_formatted
{
    [Theory]
    [InlineData(5, "0", "5")]
    [InlineData(5, "000", "005")]
    [InlineData(-5.5, "00", "-06")]
    [InlineData(1234567, "#,##0", "1,234,567")]
    [InlineData(1234567, "#'##0", "1'234'567")]
    [InlineData(123, "#:###,##0", "123")]
    [InlineData(1234567, "#:###,##0", "1:234,567")]
    [InlineData(1e21, "0", "1000000000000000000000")]
    [InlineData(205, "٠٠٠٠", "٠٢٠٥")]
    [InlineData(7, "𝟎", "D3130")]
    [InlineData(12, "0٠", "D3131")]
    [InlineData(1, "0;o", "1st")]
    [InlineData(11, "0;o", "11th")]
    [InlineData(122, "0;o", "122nd")]
    [InlineData(1003, "#,##0;o", "1,003rd")]
    [InlineData(3, "0;c", "3")]
    public void Should_write_digits(double value, string picture, string expected) => Outcome.Of(() => IntegerPicture.Read(picture).Format(value)).ShouldBe(expected);

    [Theory]
    [InlineData(0, "w", "zero")]
    [InlineData(13, "W", "THIRTEEN")]
    [InlineData(42, "Ww", "Forty-Two")]
    [InlineData(100, "w", "one hundred")]
    [InlineData(101, "w", "one hundred and one")]
    [InlineData(2026, "w", "two thousand and twenty-six")]
    [InlineData(1_000_200, "w", "one million, two hundred")]
    [InlineData(1e15, "w", "one thousand trillion")]
    [InlineData(-8, "w", "-eight")]
    [InlineData(0, "w;o", "zeroth")]
    [InlineData(30, "w;o", "thirtieth")]
    [InlineData(85, "Ww;o", "Eighty-Fifth")]
    [InlineData(1_000_000, "w;o", "one millionth")]
    public void Should_write_words(double value, string picture, string expected) => IntegerPicture.Read(picture).Format(value).ShouldBe(expected);

    [Theory]
    [InlineData(0, "I", "")]
    [InlineData(4, "i", "iv")]
    [InlineData(2026, "I", "MMXXVI")]
    [InlineData(1_000_001, "I", "D3130")]
    [InlineData(0, "a", "")]
    [InlineData(27, "a", "aa")]
    [InlineData(702, "A", "ZZ")]
    [InlineData(703, "A", "AAA")]
    [InlineData(1, "", "D3130")]
    [InlineData(1, "#", "D3130")]
    [InlineData(1, "ω", "D3130")]
    [InlineData(double.PositiveInfinity, "0", "D1001")]
    public void Should_write_numerals(double value, string picture, string expected) => Outcome.Of(() => IntegerPicture.Read(picture).Format(value)).ShouldBe(expected);

    [Theory]
    [InlineData("", "0", null)]
    [InlineData("12", "0", 12.0)]
    [InlineData("-0012", "0", -12.0)]
    [InlineData("1.234", "#.##0", 1234.0)]
    [InlineData("12 apples", "0", null)]
    [InlineData("1٢", "٠", null)]
    [InlineData("٤٢", "٠", 42.0)]
    [InlineData("22ND", "0;o", 22.0)]
    [InlineData("22", "0;o", null)]
    [InlineData("nineteen hundred and eighty-four", "w", 1984.0)]
    [InlineData("Two Million, three", "w", 2_000_003.0)]
    [InlineData("minus one", "w", null)]
    [InlineData("-one", "w", -1.0)]
    [InlineData("xiv", "i", 14.0)]
    [InlineData("XIV", "i", null)]
    [InlineData("", "I", 0.0)]
    [InlineData("az", "a", 52.0)]
    [InlineData("a1", "a", null)]
    public void Should_be_read_back(string text, string picture, double? expected) => IntegerPicture.Read(picture).Parse(text).ShouldBe(expected);

    [Fact]
    public void Should_be_read_back_whatever_it_is() =>
        Prop.ForAll(Gen.Choose(0, 999_999).ToArbitrary(), Gen.Elements("0", "#,##0", "0000;o", "W", "Ww;o", "I", "i", "A", "a", "#·##0", "０").ToArbitrary(), (value, picture) =>
            IntegerPicture.Read(picture).Parse(IntegerPicture.Read(picture).Format(value)) == value).QuickCheckThrowOnFailure();

    [Fact]
    public void Should_throw_nothing_else_for_any_picture() =>
        Prop.ForAll(ArbMap.Default.ArbFor<double>(), Pictures.Any("0#,.;owWiIaA٠").ToArbitrary(), (value, picture) =>
            Outcome.Of(() => IntegerPicture.Read(picture).Format(value)) is not null
            && Outcome.Of(() => $"{IntegerPicture.Read(picture).Parse(picture)}") is not null).QuickCheckThrowOnFailure();
}
