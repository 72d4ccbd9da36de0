using System.Security.Cryptography;
using System.Text;
using MassTransit;

namespace Flow.Persistence;

/// <summary>What makes two deliveries the same message.</summary>
internal static class InboxId
{
    /// <summary>
    /// The message id; where a foreign sender gave an id that is no GUID, a GUID made of its text; where it gave none, a new one. A hash of the body would be
    /// no id: somebody who
    /// orders the same thing twice means it twice, and a lost order is worse than the copy that a crash between commit and acknowledgement may bring for such
    /// senders.
    /// </summary>
    public static Guid Of<T>(ConsumeContext<T> context)
        where T : class
    {
        if (context.GetOriginalMessageId() is { } id)
            return id;

        var headers = context.ReceiveContext.TransportHeaders;
        var foreign = headers.Get<string>(MessageHeaders.TransportMessageId) ?? headers.Get<string>(MessageHeaders.MessageId);
        return string.IsNullOrEmpty(foreign) ? NewId.NextSequentialGuid() : new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(foreign)).AsSpan(0, 16));
    }
}
