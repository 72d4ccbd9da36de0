using System.Text.Json;
using Flow.Contracts;
using Flow.Orchestrator.Intake;
using Flow.Orchestrator.Payloads;
using Flow.Orchestrator.Runs;
using Flow.Orchestrator.Storage;
using Flow.StatesLanguage;
using MassTransit;

namespace Flow.Orchestrator.ChildRuns;

/// <summary>Looks at what a node wants to start. A start that is good goes to the run saga; one that is not fails the attempt with the reason.</summary>
internal sealed class ChildRunConsumer(StartRequests requests, PayloadStore payloads, TimeProvider time) : IConsumer<StartChildRun>
{
    private const string DoesNotExist = "StepFunctions.StateMachineDoesNotExistException";
    private const string Lost = "Flow.PayloadUnavailable";
    private const string Invalid = "StepFunctions.ValidationException";

    public async Task Consume(ConsumeContext<StartChildRun> context)
    {
        var start = context.Message;
        if (await InputAsync(start, context.CancellationToken) is not { } input)
        {
            await RefuseAsync(context, Lost, "The input of the node was stored apart from its message, and is not there any more.");
            return;
        }

        if (!ChildRunArguments.TryRead(input, out var arguments, out var error))
        {
            await RefuseAsync(context, Invalid, error);
            return;
        }

        var verdict = await requests.LookAtAsync(Request(start, arguments), start.Token, context.CancellationToken);
        if (verdict.Begin is not { } begin)
        {
            await RefuseAsync(context, verdict.Rejected!.Reason is "unknown-workflow" or "unknown-version" ? DoesNotExist : Invalid, verdict.Rejected.Message);
            return;
        }

        var pattern = Resource.Parse(start.Resource).Pattern;
        var parent = new ParentAttempt(start.ScopeId, pattern == ResourcePattern.Job ? start.Resource : null);
        await context.Send(new Uri($"queue:{Endpoints.Runs}"), begin with { Parent = parent });
        if (pattern == ResourcePattern.Response)
        {
            await context.Send(
                Endpoints.For(start.RunId, start.ScopeId),
                new NodeSucceeded { RunId = start.RunId, ScopeId = start.ScopeId, Token = start.Token, Output = ChildRunReport.Started(start.Token, time.GetUtcNow()) });
        }
    }

    private async Task<JsonElement?> InputAsync(StartChildRun start, CancellationToken cancellationToken)
    {
        if (start.InputReference is not { } reference)
            return start.Input;
        return await payloads.ReadAsync(start.RunId, start.Token, reference, cancellationToken) is { } input ? JsonElement.Parse(input) : null;
    }

    private static StartRun Request(StartChildRun start, ChildRunArguments arguments) => new()
    {
        RunId = start.Token,
        Workflow = arguments.Workflow,
        Version = arguments.Version,
        Input = arguments.Input,
        Name = arguments.Name,
        Queue = start.Queue,
        Priority = start.Priority,
        Source = new RunSource(start.RunId, start.Node),
        Trigger = Trigger.Subworkflow,
    };

    private static Task RefuseAsync(ConsumeContext<StartChildRun> context, string error, string cause) => context.Send(
        Endpoints.For(context.Message.RunId, context.Message.ScopeId),
        new NodeFailed { RunId = context.Message.RunId, ScopeId = context.Message.ScopeId, Token = context.Message.Token, Error = error, Cause = cause });
}

internal sealed class ChildRunConsumerDefinition : ConsumerDefinition<ChildRunConsumer>
{
    public ChildRunConsumerDefinition() => EndpointName = Endpoints.ChildRuns;

    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpoint, IConsumerConfigurator<ChildRunConsumer> consumer, IRegistrationContext context)
    {
        endpoint.ConfigureConsumeTopology = false;
        endpoint.UseEntityFrameworkOutbox<OrchestratorDbContext>(context);
    }
}
