using System.Globalization;
using System.Net.Mime;
using MassTransit;
using MassTransit.Serialization;
using Microsoft.Extensions.Configuration;

namespace Flow.Transports.Messages;

/// <summary>The setting <c>Flow:MaxMessageBytes</c>: the largest message that is sent, in bytes, envelope included. 1 KiB to 128 MiB, default 1 MiB; on Amazon SQS up to 1,023 KiB, default 255 KiB.</summary>
internal static class MessageSizeLimit
{
    public const string Key = "Flow:MaxMessageBytes";
    public const int Default = 1024 * 1024;
    private const int Least = 1024;
    private const int Most = 128 * 1024 * 1024;

    // AWS counts the attributes too. By themselves topics of SNS take 256 KiB, and with a setting of theirs as much as queues.
    private const int AmazonSqsDefault = 255 * 1024;
    private const int AmazonSqsMost = 1023 * 1024;

    public static int Read(IConfiguration configuration)
    {
        var value = configuration[Key];
        var (usual, most, named) = IsAmazonSqs(configuration) ? (AmazonSqsDefault, AmazonSqsMost, " on Amazon SQS") : (Default, Most, string.Empty);
        if (string.IsNullOrWhiteSpace(value))
            return usual;
        return int.TryParse(value, CultureInfo.InvariantCulture, out var bytes) && bytes >= Least && bytes <= most
            ? bytes
            : throw new InvalidOperationException($"{Key} is '{value}'. Use a number of bytes from {Least} to {most}{named}; the default is {usual}.");
    }

    // Also when the transport is not to be understood: each wrong setting is told by itself.
    private static bool IsAmazonSqs(IConfiguration configuration) => nameof(FlowTransport.AmazonSqs).Equals(configuration[FlowTransportSetting.Key]?.Trim(), StringComparison.OrdinalIgnoreCase);
}

/// <summary>MassTransit's JSON envelope with a limit on its size, checked where the body is made: before an outbox stores it or a broker refuses it.</summary>
internal sealed class BoundedJsonSerializerFactory(int maxBytes) : ISerializerFactory
{
    public ContentType ContentType => SystemTextJsonMessageSerializer.JsonContentType;

    public IMessageSerializer CreateSerializer() => new BoundedJsonSerializer(maxBytes);

    public IMessageDeserializer CreateDeserializer() => SystemTextJsonMessageSerializer.Instance;

    private sealed class BoundedJsonSerializer(int maxBytes) : IMessageSerializer
    {
        public ContentType ContentType => SystemTextJsonMessageSerializer.JsonContentType;

        public MessageBody GetMessageBody<T>(SendContext<T> context)
            where T : class
        {
            var body = SystemTextJsonMessageSerializer.Instance.GetMessageBody(context);
            var size = body.GetBytes().Length;
            // A fault carries the message it is about and a stack trace on top; refusing it would hide the fault.
            return size <= maxBytes || context.Message is Fault ? body : throw new MessageTooLargeException(typeof(T).Name, size, maxBytes);
        }
    }
}
