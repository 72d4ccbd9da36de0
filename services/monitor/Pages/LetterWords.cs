using Flow.Contracts.Api;

namespace Flow.Monitor.Pages;

/// <summary>How the pages name the kinds of dead letters.</summary>
internal static class LetterWords
{
    public static string Of(DeadLetterKind kind) => kind switch
    {
        DeadLetterKind.RetriesSpent => "Retries spent",
        DeadLetterKind.Undecodable => "Not readable",
        DeadLetterKind.UnknownHandler => "Unknown handler",
        DeadLetterKind.UnsupportedContract => "Unsupported version",
        DeadLetterKind.DeliveryLimit => "Delivery limit",
        DeadLetterKind.Skipped => "Unexpected type",
        _ => "Consumer failed",
    };
}
