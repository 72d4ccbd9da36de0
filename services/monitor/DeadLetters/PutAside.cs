using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Flow.Contracts;
using Flow.Contracts.Api;
using Flow.Monitor.Data;
using Flow.Monitor.Projections;
using Flow.Transports.DeadLetters;
using MassTransit;

namespace Flow.Monitor.DeadLetters;

/// <summary>What a message that was put aside says of itself, as a dead letter.</summary>
internal static class PutAside
{
    private const string UnknownHandler = "Flow.UnknownHandler";
    private const string UnsupportedContract = "Flow.UnsupportedContract";
    private const string UndecodableItem = "Flow.UndecodableItem";
    private const string TooManyDeliveries = "Flow.WorkerLost";

    /// <summary>What tells a repeat, together with the queue.</summary>
    public static string KeyOf(DeadMessage message) => message.MessageId ?? "sha256:" + Convert.ToHexStringLower(SHA256.HashData(message.Body));

    public static void Fill(DeadLetterRow row, DeadMessage message)
    {
        var headers = JsonNode.Parse(message.Headers) as JsonObject ?? [];
        var facts = ItemFacts.Read(message.Body);
        (row.Queue, row.MessageKey, row.MessageId) = (message.Queue, KeyOf(message), message.MessageId);
        (row.Body, row.ContentType, row.Headers) = (message.Body, message.ContentType, message.Headers);
        (row.Kind, var error, var cause) = Reason(message, headers);
        (row.Error, row.Cause, row.Stack) = (error ?? row.Error, cause ?? row.Cause, Text(headers, MessageHeaders.FaultStackTrace));
        row.Attempts = Math.Max(row.Attempts, message.Deliveries ?? (facts.Attempt ?? 1) + (int.TryParse(Text(headers, MessageHeaders.FaultRetryCount), out var retries) ? retries : 0));
        if (DateTimeOffset.TryParse(Text(headers, MessageHeaders.FaultTimestamp), System.Globalization.CultureInfo.InvariantCulture, out var at))
            row.FailedAt = Moments.Truncate(at);

        row.RunId ??= facts.RunId;
        row.Workflow ??= facts.Workflow;
        row.Version ??= facts.Version;
        row.Node ??= facts.Node;
        // Answers name an attempt too; but only a work item is one.
        if (IsWorkItem(message) && facts is { RunId: not null, ScopeId: not null, Token: not null })
        {
            (row.ScopeId, row.Token) = (facts.ScopeId, facts.Token);
            (row.Resource, row.Handler) = (facts.Resource ?? row.Resource, facts.Handler);
            row.Input ??= facts.Input;
        }

        row.Fingerprint = Fingerprint.Of(row);
    }

    /// <summary>The token of the attempt whose item it is; null: it is none, or does not say.</summary>
    public static Guid? TokenOf(DeadMessage message) =>
        IsWorkItem(message) && ItemFacts.Read(message.Body) is { RunId: not null, ScopeId: not null, Token: { } token } ? token : null;

    /// <summary>What the run is told of an item that a worker cannot have told it of: nobody lived to do so.</summary>
    public static NodeFailed? NewsOf(DeadMessage message) =>
        message.Deliveries is { } deliveries && IsWorkItem(message) && ItemFacts.Read(message.Body) is { RunId: { } run, ScopeId: { } scope, Token: { } token }
            ? new NodeFailed { RunId = run, ScopeId = scope, Token = token, Error = TooManyDeliveries, Cause = CauseOf(deliveries) }
            : null;

    private static bool IsWorkItem(DeadMessage message) => QueueNames.WorkQueueOf(message.Queue) is not null;

    private static string CauseOf(int deliveries) => $"The item was delivered {deliveries} times and never answered: the workers that took it died, or gave it back.";

    private static (DeadLetterKind Kind, string? Error, string? Cause) Reason(DeadMessage message, JsonObject headers)
    {
        if (message.Deliveries is { } deliveries)
            return (DeadLetterKind.DeliveryLimit, TooManyDeliveries, CauseOf(deliveries));
        var reason = Text(headers, MessageHeaders.Reason) ?? "";
        // Where no consumer is named none was reached: the body could not be read.
        if (Text(headers, MessageHeaders.FaultExceptionType) is { } exception)
            return (headers.ContainsKey(MessageHeaders.FaultConsumerType) ? DeadLetterKind.Faulted : DeadLetterKind.Undecodable, exception, Text(headers, MessageHeaders.FaultMessage));
        var parts = reason.Split(": ", 2);
        return parts switch
        {
            [UnknownHandler, var cause] => (DeadLetterKind.UnknownHandler, UnknownHandler, cause),
            [UnsupportedContract, var cause] => (DeadLetterKind.UnsupportedContract, UnsupportedContract, cause),
            [UndecodableItem, var cause] => (DeadLetterKind.Undecodable, UndecodableItem, cause),
            _ => (DeadLetterKind.Skipped, null, $"Nobody at {message.Queue} takes messages of its type{(reason.Length > 0 ? $" ({reason})" : "")}."),
        };
    }

    private static string? Text(JsonObject headers, string name) => headers[name]?.ToString();
}
