using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Flow.StatesLanguage.Expressions;

/// <summary>A call of an intrinsic function, <c>States.Format('{}', $.name)</c>.</summary>
internal sealed class Intrinsic : Expression
{
    public override string Text => throw new NotImplementedException();

    public override IReadOnlyCollection<string> VariableNames => throw new NotImplementedException();

    /// <summary>Parses a call, with the calls in it. Never throws on user text.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Intrinsic? intrinsic, [NotNullWhen(false)] out string? error) => throw new NotImplementedException();

    public override JsonElement Evaluate(Evaluation evaluation) => throw new NotImplementedException();
}
