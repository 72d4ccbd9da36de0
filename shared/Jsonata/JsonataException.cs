namespace Flow.Jsonata;

/// <summary>An expression that cannot be parsed, or an evaluation that fails. The only exception that user text can cause.</summary>
/// <param name="code">The code of JSONata's reference implementation, e.g. <c>S0201</c> (syntax), <c>T2001</c> (type), <c>D3030</c> (data), <c>U1001</c> (limit).</param>
/// <param name="message">What is wrong, for people.</param>
/// <param name="position">Index of the character in the expression it is about; -1 when it is about none.</param>
/// <param name="token">The token or function it is about.</param>
public sealed class JsonataException(string code, string message, int position = -1, string? token = null) : Exception(message)
{
    /// <summary>The code of the reference implementation.</summary>
    public string Code { get; } = code;

    /// <summary>Index of the character in the expression; -1: none.</summary>
    public int Position { get; } = position;

    /// <summary>The token or function it is about; null: none.</summary>
    public string? Token { get; } = token;
}
