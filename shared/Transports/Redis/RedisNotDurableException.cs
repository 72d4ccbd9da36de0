namespace Flow.Transports.Redis;

/// <summary>The server would lose messages, and the settings say that it must not. An outage until the server is set right.</summary>
internal sealed class RedisNotDurableException(string message) : Exception(message);
