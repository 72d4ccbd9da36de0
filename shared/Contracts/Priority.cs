using System.Text.Json.Serialization;

namespace Flow.Contracts;

/// <summary>How urgent a run's work items are beside other items of the same queue. Default: <see cref="Default"/>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Priority>))]
public enum Priority
{
    /// <summary>The ordinary lane.</summary>
    Default = 0,

    /// <summary>Served before the others under backlog.</summary>
    Critical = 1,

    /// <summary>Served after the others under backlog, but never starved.</summary>
    Low = 2,
}

/// <summary>What caused a run to start.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Trigger>))]
public enum Trigger
{
    /// <summary>A person, by CLI or HTTP.</summary>
    Manual = 0,

    /// <summary>An HTTP call of another system.</summary>
    Webhook = 1,

    /// <summary>A schedule of Flow.</summary>
    Cron = 2,

    /// <summary>A message on the bus.</summary>
    Event = 3,

    /// <summary>A node of another run.</summary>
    Subworkflow = 4,
}
