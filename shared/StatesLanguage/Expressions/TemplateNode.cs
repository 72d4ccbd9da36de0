using System.Text.Json;

namespace Flow.StatesLanguage.Expressions;

/// <summary>A part of a payload template.</summary>
internal abstract record TemplateNode
{
    public abstract void Write(Utf8JsonWriter writer, Evaluation evaluation);
}

/// <summary>A part without expressions.</summary>
internal sealed record StaticNode(JsonElement Value) : TemplateNode
{
    public override void Write(Utf8JsonWriter writer, Evaluation evaluation) => writer.WriteVerbatim(Value);
}

/// <summary>The value of a name that ends in <c>.$</c>.</summary>
internal sealed record ExpressionNode(string Field, Expression Expression) : TemplateNode
{
    public override void Write(Utf8JsonWriter writer, Evaluation evaluation) => writer.WriteVerbatim(Expression.Evaluate(evaluation, Field));
}

/// <summary>An object that holds expressions.</summary>
internal sealed record ObjectNode(IReadOnlyList<(JsonEncodedText Name, TemplateNode Value)> Members) : TemplateNode
{
    public override void Write(Utf8JsonWriter writer, Evaluation evaluation)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in Members)
        {
            writer.WritePropertyName(name);
            value.Write(writer, evaluation);
        }

        writer.WriteEndObject();
    }
}

/// <summary>An array that holds expressions.</summary>
internal sealed record ArrayNode(IReadOnlyList<TemplateNode> Items) : TemplateNode
{
    public override void Write(Utf8JsonWriter writer, Evaluation evaluation)
    {
        writer.WriteStartArray();
        foreach (var item in Items)
            item.Write(writer, evaluation);
        writer.WriteEndArray();
    }
}
