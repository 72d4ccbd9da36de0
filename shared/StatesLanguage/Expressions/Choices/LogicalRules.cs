namespace Flow.StatesLanguage.Expressions.Choices;

/// <summary>And.</summary>
internal sealed class AndRule(IReadOnlyList<ChoiceRule> rules) : ChoiceRule
{
    public override IReadOnlyCollection<string> VariableNames { get; } = [.. rules.SelectMany(r => r.VariableNames).Distinct(StringComparer.Ordinal)];

    protected override bool Holds(Evaluation evaluation) => rules.All(r => r.Matches(evaluation));
}

/// <summary>Or.</summary>
internal sealed class OrRule(IReadOnlyList<ChoiceRule> rules) : ChoiceRule
{
    public override IReadOnlyCollection<string> VariableNames { get; } = [.. rules.SelectMany(r => r.VariableNames).Distinct(StringComparer.Ordinal)];

    protected override bool Holds(Evaluation evaluation) => rules.Any(r => r.Matches(evaluation));
}

/// <summary>Not.</summary>
internal sealed class NotRule(ChoiceRule rule) : ChoiceRule
{
    public override IReadOnlyCollection<string> VariableNames => rule.VariableNames;

    protected override bool Holds(Evaluation evaluation) => !rule.Matches(evaluation);
}
