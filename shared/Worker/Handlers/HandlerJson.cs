using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Flow.Worker.Handlers;

/// <summary>How the values of handlers become JSON and back: by what the options know of their types, so that an application with a context of its own needs no reflection.</summary>
internal static class HandlerJson
{
    /// <summary>Those of a worker that says nothing else, unchangeable.</summary>
    public static JsonSerializerOptions Default { get; } = NewDefault();

    public static JsonSerializerOptions NewOptions()
    {
        var json = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            TypeInfoResolver = Resolver(),
        };
        // Finds the members of any enum by reflection; a native program's contexts say it of theirs.
        if (RuntimeFeature.IsDynamicCodeSupported)
            json.Converters.Add(new JsonStringEnumConverter());
        return json;
    }

    public static JsonTypeInfo<T> TypeInfo<T>(this JsonSerializerOptions json) => (JsonTypeInfo<T>)json.GetTypeInfo(typeof(T));

    public static JsonElement ToElement(this JsonSerializerOptions json, object? value) =>
        value is null ? JsonElement.Parse("null"u8) : JsonSerializer.SerializeToElement(value, json.GetTypeInfo(value.GetType()));

    /// <summary>What is wrong with a type; null: nothing that could be known before a value comes.</summary>
    public static string? FaultOf(JsonSerializerOptions json, Type type)
    {
        try
        {
            return json.TryGetTypeInfo(type, out _)
                ? null
                : $"the serializer does not know {type}: declare a JsonSerializerContext with [JsonSerializable(typeof({type.Name}))], and put it first in worker.Json.TypeInfoResolverChain.";
        }
        catch (Exception e) when (e is NotSupportedException or InvalidOperationException or ArgumentException)
        {
            return $"{type} has no form in JSON: {e.Message}";
        }
    }

    private static JsonSerializerOptions NewDefault()
    {
        var json = NewOptions();
        json.MakeReadOnly();
        return json;
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Not reached where reflection is switched off, as it is in a trimmed program.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Not reached where reflection is switched off, as it is in a native program.")]
    private static IJsonTypeInfoResolver Resolver() => JsonSerializer.IsReflectionEnabledByDefault ? new DefaultJsonTypeInfoResolver() : WorkerJson.Default;
}

/// <summary>The types that need no context of the application.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(JsonNode))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(decimal))]
[JsonSerializable(typeof(Guid))]
[JsonSerializable(typeof(FailureDetails))]
internal sealed partial class WorkerJson : JsonSerializerContext;

/// <summary>What is told of an exception.</summary>
internal sealed record FailureDetails(string? Type, string Stack, string Worker, string Host);
