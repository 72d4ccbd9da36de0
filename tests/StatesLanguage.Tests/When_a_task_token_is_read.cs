namespace Flow.StatesLanguage.Tests;

public sealed class When_a_task_token_is_read
{
    private static readonly TaskToken Token = new(new("00010203-0405-0607-0809-0a0b0c0d0e0f"), new("10111213-1415-1617-1819-1a1b1c1d1e1f"), new("20212223-2425-2627-2829-2a2b2c2d2e2f"));

    [Fact]
    public void Should_be_the_three_ids_in_base64url()
    {
        Token.ToString().ShouldBe("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4v");
        TaskToken.TryParse(Token.ToString(), out var read).ShouldBeTrue();
        read.ShouldBe(Token);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("AAEC")]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4")]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4/")]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vAA==")]
    [InlineData("not a token, but sixty-four characters long, as a token would be.")]
    public void Should_refuse_any_other_text(string? text) => TaskToken.TryParse(text, out _).ShouldBeFalse();
}
