namespace Flow.Transports.Tests;

public sealed record Numbered(int Number, string? Text = null);

public sealed record Announced(int Number);

public sealed record Question(string Text);

public sealed record Answer(string Text);

public sealed record Order
{
    public required string Item { get; init; }

    public required int Count { get; init; }
}
