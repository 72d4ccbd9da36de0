using Flow.StatesLanguage.Expressions;

namespace Flow.StatesLanguage.States;

/// <summary>Chooses what follows.</summary>
public sealed record ChoiceState : State
{
    internal ChoiceState()
    {
    }

    /// <inheritdoc/>
    public override string Type => "Choice";

    /// <summary>The state that follows when no rule matches; null: the machine fails with States.NoChoiceMatched.</summary>
    public string? Default { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> NextTargets =>
        [.. Choices.Select(c => c.Next).Concat(Default is null ? [] : [Default]).Distinct(StringComparer.Ordinal)];

    internal override bool IsTerminal => false;

    internal IReadOnlyList<Choice> Choices { get; init; } = [];
}

/// <summary>One entry of Choices.</summary>
/// <param name="Rule">When it is chosen.</param>
/// <param name="Next">The state that follows.</param>
/// <param name="Assign">Its own Assign.</param>
/// <param name="Output">Its own Output (JSONata); null: the state's.</param>
internal sealed record Choice(ChoiceRule Rule, string Next, Template? Assign, Template? Output = null);
