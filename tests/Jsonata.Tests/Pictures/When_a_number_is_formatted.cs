using FsCheck;
using FsCheck.Fluent;
using Flow.Jsonata.Pictures;

namespace Flow.Jsonata.Tests.Pictures;

public sealed class When_a_number_is_formatted
{
    [Theory]
    [InlineData(0, "0", "0")]
    [InlineData(0, "#", "0")]
    [InlineData(0, "#.#", ".0")]
    [InlineData(7, "000", "007")]
    [InlineData(-7, "000", "-007")]
    [InlineData(1234567.891, "#,##0.00", "1,234,567.89")]
    [InlineData(1234567, "#,##,##0", "12,34,567")]
    [InlineData(12345678, "##,##,##0", "123,45,678")]
    [InlineData(12, "#,##,##0", "12")]
    [InlineData(1.5, "0", "2")]
    [InlineData(2.5, "0", "2")]
    [InlineData(0.5, "#", "0")]
    [InlineData(1.005, "0.00", "1.00")]
    [InlineData(1.015, "0.00", "1.02")]
    [InlineData(0.00049, "0.0##", "0.0")]
    [InlineData(-0.5, "0.0;(0.0)", "(0.5)")]
    [InlineData(0.256, "0.0%", "25.6%")]
    [InlineData(0.256, "0‰", "256‰")]
    [InlineData(1234.5, "$#,##0.00 net", "$1,234.50 net")]
    [InlineData(3.14159265, "0.000,00#", "3.141,593")]
    [InlineData(3.1, "0.0##,###", "3.1")]
    [InlineData(1e21, "#,##0", "1,000,000,000,000,000,000,000")]
    [InlineData(5e-324, "0.0", "0.0")]
    public void Should_follow_the_picture(double value, string picture, string expected) =>
        NumberPicture.Read(picture, options: null).Format(value).ShouldBe(expected);

    [Theory]
    [InlineData(0, "0.0e0", "0.0e0")]
    [InlineData(1234.5678, "0.00e00", "1.23e03")]
    [InlineData(0.00012, "0.0e0", "1.2e-4")]
    [InlineData(-123456, "00.0e0", "-12.3e4")]
    [InlineData(1000, "0e0", "10e2")]
    [InlineData(12, "price 0.0e0", "price 1.2e1")]
    [InlineData(12, "0 euro", "12 euro")]
    public void Should_write_an_exponent(double value, string picture, string expected) =>
        NumberPicture.Read(picture, options: null).Format(value).ShouldBe(expected);

    [Fact]
    public void Should_use_the_signs_of_the_options()
    {
        Dictionary<string, string> german = new() { ["decimal-separator"] = ",", ["grouping-separator"] = ".", ["minus-sign"] = "−" };
        Dictionary<string, string> arabic = new() { ["zero-digit"] = "٠", ["percent"] = "٪" };
        Dictionary<string, string> named = new() { ["NaN"] = "none", ["infinity"] = "∞" };

        NumberPicture.Read("#.##0,00", german).Format(-1234.5).ShouldBe("−1.234,50");
        NumberPicture.Read("٠٠٠٪", arabic).Format(0.25).ShouldBe("٠٢٥٪");
        NumberPicture.Read("0", named).Format(double.NaN).ShouldBe("none");
        NumberPicture.Read("<0>", named).Format(double.NegativeInfinity).ShouldBe("-<∞>");
    }

    [Theory]
    [InlineData("0;0;0", "D3080")]
    [InlineData("0.0.0", "D3081")]
    [InlineData("%0%", "D3082")]
    [InlineData("‰0‰", "D3083")]
    [InlineData("%0‰", "D3084")]
    [InlineData("", "D3085")]
    [InlineData(".", "D3085")]
    [InlineData("total", "D3086")]
    [InlineData("0 0", "D3086")]
    [InlineData("0,.0", "D3087")]
    [InlineData("0.,0", "D3087")]
    [InlineData("0,", "D3088")]
    [InlineData("0,,0", "D3089")]
    [InlineData("0#", "D3090")]
    [InlineData("0.#0", "D3091")]
    [InlineData("0e0%", "D3092")]
    [InlineData("0e#", "D3093")]
    public void Should_refuse_a_picture_that_breaks_a_rule(string picture, string code) =>
        Outcome.Of(() => NumberPicture.Read(picture, options: null).Format(1)).ShouldBe(code);

    [Fact]
    public void Should_agree_with_the_shortest_digits_of_any_double() =>
        Prop.ForAll(ArbMap.Default.ArbFor<double>(), value =>
        {
            var digits = DecimalDigits.Of(value);
            return !double.IsFinite(value) || double.Parse($"0.{digits.Digits}e{digits.Point}", System.Globalization.CultureInfo.InvariantCulture) == Math.Abs(value);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Should_throw_nothing_else_for_any_picture() =>
        Prop.ForAll(ArbMap.Default.ArbFor<double>(), Pictures.Any("0123#,.;e%‰+- x٠").ToArbitrary(), (value, picture) =>
            Outcome.Of(() => NumberPicture.Read(picture, options: null).Format(value)).Length > 0).QuickCheckThrowOnFailure();
}
