using System.Text.Json;
using Flow.Contracts;
using MassTransit;
using Microsoft.Extensions.Options;

namespace Flow.Client;

/// <summary>
/// Starts and steers runs over the bus of the process (<c>AddMassTransit</c>), without HTTP: the orchestrator need not be up at the time, but must have been
/// up once on this broker, for that makes the queue that keeps the message. Delivery is at least once and repeats are harmless. Within a consumer or an outbox scope the message leaves with that scope's own. The answers come as events:
/// <see cref="RunStarted"/> or <see cref="RunRejected"/>, later <see cref="RunSucceeded"/>, <see cref="RunFailed"/>, <see cref="RunCancelled"/> or <see cref="RunTimedOut"/>.
/// </summary>
/// <param name="bus">Where to publish; a scope's own <see cref="IPublishEndpoint"/>, so that an outbox takes part.</param>
/// <param name="time">Clock for the ids of runs.</param>
/// <param name="options">How large a command may be; null: the default.</param>
public sealed class FlowBusClient(IPublishEndpoint bus, TimeProvider time, IOptions<FlowClientOptions>? options = null)
{
    private readonly int _maxMessageBytes = (options?.Value ?? new FlowClientOptions()).MaxMessageBytes;

    /// <summary>Asks for a run and answers when the broker has the message.</summary>
    /// <param name="command">What to run. Without RunId and IdempotencyKey it gets a new RunId.</param>
    /// <param name="cancellationToken">Ends the call; the run may start nevertheless.</param>
    /// <returns>Identity of the run; null where it is derived from the IdempotencyKey (the <see cref="RunStarted"/> event names it).</returns>
    /// <exception cref="FlowMessageTooLargeException">The input does not fit in a message; start the run over HTTP.</exception>
    public async Task<Guid?> StartRunAsync(StartRun command, CancellationToken cancellationToken = default)
    {
        if (command.RunId is null && command.IdempotencyKey is null)
            command = command with { RunId = Guid.CreateVersion7(time.GetUtcNow()) };
        if (command.Input.ValueKind == JsonValueKind.Undefined)
            command = command with { Input = JsonElement.Parse("{}") };
        await PublishAsync(command, cancellationToken);
        return command.RunId;
    }

    /// <summary>Asks for a job: one handler as a run of its own, without a workflow (<see cref="Jobs"/>). Answers when the broker has the message.</summary>
    /// <param name="handler">The handler, e.g. <c>send-email</c>.</param>
    /// <param name="payload">Its input: anything that becomes JSON (camelCase names); null: an empty object.</param>
    /// <param name="options">When, where and how often; null: at once, on the queue <c>default</c>, as often as its policies say.</param>
    /// <param name="cancellationToken">Ends the call; the job may run nevertheless.</param>
    /// <returns>Identity of the run; null where it is derived from the IdempotencyKey.</returns>
    /// <exception cref="ArgumentException">The handler or an option is not allowed; says which and why.</exception>
    /// <exception cref="FlowMessageTooLargeException">The payload does not fit in a message; dispatch over HTTP.</exception>
    public Task<Guid?> DispatchAsync(string handler, object? payload, DispatchOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new();
        var request = options.Request(handler, payload);
        return Jobs.FaultOf(request) is { } fault
            ? throw new ArgumentException(fault)
            : StartRunAsync(Jobs.StartOf(request, options.IdempotencyKey, time.GetUtcNow()), cancellationToken);
    }

    /// <summary>Asks for a run's end and answers when the broker has the message.</summary>
    /// <param name="command">Which run, and why.</param>
    /// <param name="cancellationToken">Ends the call; the run may be cancelled nevertheless.</param>
    public Task CancelRunAsync(CancelRun command, CancellationToken cancellationToken = default) => bus.Publish(command, cancellationToken);

    /// <summary>Asks for a run's pause and answers when the broker has the message; <see cref="RunPaused"/> tells when it is.</summary>
    public Task PauseRunAsync(PauseRun command, CancellationToken cancellationToken = default) => bus.Publish(command, cancellationToken);

    /// <summary>Asks for the end of a run's pause and answers when the broker has the message; <see cref="RunResumed"/> tells when it goes on.</summary>
    public Task ResumeRunAsync(ResumeRun command, CancellationToken cancellationToken = default) => bus.Publish(command, cancellationToken);

    /// <summary>Asks for a run that did not end well to go on and answers when the broker has the message; <see cref="RunRedriven"/> or <see cref="RunRejected"/> tells what came of it.</summary>
    /// <exception cref="FlowMessageTooLargeException">The input does not fit in a message.</exception>
    public Task RedriveRunAsync(RedriveRun command, CancellationToken cancellationToken = default) => PublishAsync(command, cancellationToken);

    private Task PublishAsync<T>(T command, CancellationToken cancellationToken)
        where T : class
    {
        var size = JsonSerializer.SerializeToUtf8Bytes(command, JsonSerializerOptions.Web).Length;
        return size <= _maxMessageBytes ? bus.Publish(command, cancellationToken) : throw new FlowMessageTooLargeException(typeof(T).Name, size, _maxMessageBytes);
    }
}
