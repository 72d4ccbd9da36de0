using Flow.Transports.Tests.Brokers;

namespace Flow.Transports.Matrix.Tests;

// capability 69: one setting, the same workflows
public sealed class InMemoryMatrix(Stage<InMemoryBroker> stage) : TransportMatrix(stage), IClassFixture<Stage<InMemoryBroker>>; // capability 65

public sealed class SqliteMatrix(Stage<SqliteBroker> stage) : TransportMatrix(stage), IClassFixture<Stage<SqliteBroker>>; // capability 68

public sealed class RabbitMqMatrix(Stage<RabbitMqBroker> stage) : TransportMatrix(stage), IClassFixture<Stage<RabbitMqBroker>>; // capability 66

public sealed class PostgresMatrix(Stage<PostgresBroker> stage) : TransportMatrix(stage), IClassFixture<Stage<PostgresBroker>>; // capability 68

public sealed class RedisMatrix(Stage<RedisBroker> stage) : TransportMatrix(stage), IClassFixture<Stage<RedisBroker>>; // capability 70

public sealed class AmazonSqsMatrix(Stage<AmazonSqsBroker> stage) : TransportMatrix(stage), IClassFixture<Stage<AmazonSqsBroker>>; // capability 67
