namespace Flow.Transports;

/// <summary>A message was not sent because it is larger than <c>Flow:MaxMessageBytes</c>. Trying again cannot help.</summary>
public sealed class MessageTooLargeException : Exception
{
    /// <summary>For the serializer only.</summary>
    public MessageTooLargeException()
        : this("message", 0, 0)
    {
    }

    /// <summary>With a message of one's own.</summary>
    public MessageTooLargeException(string message)
        : base(message) => MessageType = "message";

    /// <summary>With a message and a cause of one's own.</summary>
    public MessageTooLargeException(string message, Exception innerException)
        : base(message, innerException) => MessageType = "message";

    /// <summary>The message that was refused.</summary>
    /// <param name="messageType">Name of its type.</param>
    /// <param name="sizeBytes">Its size as it would have travelled, envelope included.</param>
    /// <param name="limitBytes">The limit.</param>
    public MessageTooLargeException(string messageType, long sizeBytes, long limitBytes)
        : base($"{messageType} is {sizeBytes} bytes, over the limit of {limitBytes} bytes (Flow:MaxMessageBytes). Pass a reference instead of the data, or raise the limit.")
    {
        MessageType = messageType;
        SizeBytes = sizeBytes;
        LimitBytes = limitBytes;
    }

    /// <summary>Name of the message's type.</summary>
    public string MessageType { get; }

    /// <summary>Size of the message in bytes, envelope included.</summary>
    public long SizeBytes { get; }

    /// <summary>The limit in bytes.</summary>
    public long LimitBytes { get; }
}
