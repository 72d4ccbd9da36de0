using System.Text.Json;
using Flow.Contracts;
using Flow.Worker.Handlers;
using MassTransit;

namespace Flow.Worker.Bus;

/// <summary>The context of an item that came from the bus.</summary>
internal sealed class ConnectedNodeContext(Answers answers, ConsumeContext<NodeWorkItem> delivery, JsonSerializerOptions json) : NodeContext
{
    public override Task HeartbeatAsync(object? progress = null) => answers.Alive(delivery, new NodeHeartbeat
    {
        RunId = RunId,
        ScopeId = ScopeId,
        Token = Token,
        Progress = progress is null ? null : json.ToElement(progress),
    });
}
