using Flow.Transports.Tests.Brokers;

namespace Flow.Transports.Tests.Contract;

// capability 59: one suite, every transport
public sealed class InMemoryTransport() : TransportContract(new InMemoryBroker()); // capability 65

public sealed class SqliteTransport() : TransportContract(new SqliteBroker()); // capability 68

public sealed class PostgresTransport() : TransportContract(new PostgresBroker()); // capability 68

public sealed class AmazonSqsTransport() : TransportContract(new AmazonSqsBroker()); // capability 67

public sealed class RabbitMqTransport() : TransportContract(new RabbitMqBroker()); // capability 66

public sealed class RedisTransport() : TransportContract(new RedisBroker()); // capability 70
