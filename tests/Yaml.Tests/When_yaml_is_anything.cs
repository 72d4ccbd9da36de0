using System.Text;
using System.Text.Json;

namespace Flow.Yaml.Tests;

/// <summary>Seeded random texts: whatever comes in, the answer is JSON that can be read, or an error with a place; never an exception, never a hang.</summary>
public sealed class When_yaml_is_anything
{
    private static readonly string[] Pieces =
    [
        "a", "b", ": ", ":", "\n", "\n  ", "\n    ", "- ", "? ", "[", "]", "{", "}", ", ", "&x ", "*x", "!t ", "!!int ", "!!map ", "|", ">", "|2-\n", "\"", "'", "\\", "\\u12", "#", "%", "@", "`",
        "---", "...", "<<", "~", "1", "0x", "-", ".", "\t", "\r", "\0", "\u0085", "\u2028", "\uFEFF", "\ud800", "é", "😀", "%YAML 1.2\n", "%TAG ! x:\n", " ", "null", "true", "1e5",
    ];

    private const string Sample = """
        Comment: An order
        StartAt: Reserve
        States: &states
          Reserve: {Type: Task, Resource: "flow:echo", TimeoutSeconds: 30, Next: Done}
          Done:
            Type: Succeed
            Note: |
              two
              lines
        Again: *states
        """;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Should_answer_texts_put_together_from_pieces(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 4000; i++)
            Check(string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => Pieces[random.Next(Pieces.Length)])), seed);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Should_answer_a_sound_text_with_damage(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 2000; i++)
        {
            var text = new StringBuilder(Sample);
            for (var change = random.Next(1, 5); change > 0; change--)
            {
                var at = random.Next(text.Length);
                if (random.Next(2) == 0)
                    text.Remove(at, Math.Min(random.Next(1, 4), text.Length - at));
                else
                    text.Insert(at, Pieces[random.Next(Pieces.Length)]);
            }

            Check(text.ToString(), seed);
        }
    }

    private static void Check(string text, int seed)
    {
        var because = $"seed {seed}, text {JsonSerializer.Serialize(text)}";
        YamlReading reading;
        try
        {
            reading = YamlText.ToJson(text);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException(because, e);
        }

        (reading.Json is null).ShouldBe(reading.Error is not null, because);
        if (reading.Json is { } json)
            JsonDocument.Parse(json).Dispose();
        else
            (reading.Error!.Line > 0 && reading.Error.Column > 0).ShouldBeTrue(because);
    }
}
