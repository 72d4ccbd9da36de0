using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Flow.Hosting.Tests;

public sealed class OptionsTests
{
    [Theory]
    [InlineData("Flow:Test:Kind", "Purple", "Flow:Test:Kind is 'Purple', but must be one of Red, Green.")]
    [InlineData("Flow:Test:Kind", "1", "Flow:Test:Kind is '1', but must be one of Red, Green.")]
    [InlineData("Flow:Test:Size", "many", "Flow:Test:Size is 'many', but must be a number.")]
    [InlineData("Flow:Test:On", "perhaps", "Flow:Test:On is 'perhaps', but must be true or false.")]
    [InlineData("Flow:Test:Pause", "soon", "Flow:Test:Pause is 'soon', but must be a time as hh:mm:ss.")]
    [InlineData("Flow:Test:Size", "11", "Flow:Test:Size is '11': The field Size must be between 1 and 10.")]
    public void A_wrong_value_is_named_with_what_is_allowed(string setting, string value, string message) =>
        Should.Throw<OptionsValidationException>(() => Read(setting, value)).Failures.ShouldBe([message]);

    [Fact]
    public void Right_values_are_bound_whatever_their_case()
    {
        Read("Flow:Test:Kind", "green").Kind.ShouldBe(Colour.Green);
        Read("Flow:Test:Size", "7").Size.ShouldBe(7);
        Read("Flow:Test:Pause", "00:01:00").Pause.ShouldBe(TimeSpan.FromMinutes(1));
    }

    private static Sample Read(string setting, string value) =>
        new ConfigurationBuilder().AddInMemoryCollection([new(setting, value)]).Build().GetFlowOptions<Sample>("Flow:Test");

    public enum Colour
    {
        Red,
        Green,
    }

    public sealed class Sample
    {
        public Colour Kind { get; set; }

        [Range(1, 10)]
        public int? Size { get; set; } = 5;

        public bool On { get; set; }

        public TimeSpan Pause { get; set; }
    }
}
