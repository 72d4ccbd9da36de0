using System.Globalization;
using System.Net.Mime;
using MassTransit;
using MassTransit.Serialization;
using Microsoft.Extensions.Configuration;

namespace Flow.Transports.Messages;

/// <summary>The setting <c>Flow:MaxMessageBytes</c>: the largest message that is sent, in bytes, envelope included. 1 KiB to 128 MiB, default 1 MiB.</summary>
internal static class MessageSizeLimit
{
    public const string Key = "Flow:MaxMessageBytes";
    public const int Default = 1024 * 1024;
    private const int Least = 1024;
    private const int Most = 128 * 1024 * 1024;

    public static int Read(IConfiguration configuration)
    {
        var value = configuration[Key];
        if (string.IsNullOrWhiteSpace(value))
            return Default;
        return int.TryParse(value, CultureInfo.InvariantCulture, out var bytes) && bytes is >= Least and <= Most
            ? bytes
            : throw new InvalidOperationException($"{Key} is '{value}'. Use a number of bytes from {Least} to {Most}; the default is {Default}.");
    }
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
