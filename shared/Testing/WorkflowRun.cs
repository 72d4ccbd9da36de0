using System.Text.Json;
using Flow.StatesLanguage;
using Flow.Testing.Driving;
using Flow.Testing.Scripts;

namespace Flow.Testing;

/// <summary>A run of a workflow in a test, on a virtual clock. Not safe for several threads.</summary>
public sealed partial class WorkflowRun
{
    private readonly WorkflowTest _test;
    private readonly Stage _stage;
    private readonly Cast _cast;
    private readonly List<Attempt> _attempts = [];
    private readonly List<WorkflowRun> _children = [];

    internal WorkflowRun(WorkflowTest test, TestSettings settings, JsonElement input, Stage stage, Func<bool> isWanted, Action<WorkflowRun> ended, WorkflowRun? parent, Guid runId)
    {
        _test = test;
        _stage = stage;
        _cast = new(test.Scripts, parent?._cast);
        Settings = settings;
        Input = input;
        StartedAt = stage.Agenda.Now;
        Driven = VirtualRun.Start(test.Definition, Facts(runId), Answer, stage.Agenda, settings.Seed, isWanted, _ => ended(this));
    }

    /// <summary>Identity of the run; <c>$$.Execution.Id</c>.</summary>
    public Guid RunId => Driven.Root.Id;

    /// <summary>Name of the run; <c>$$.Execution.Name</c>.</summary>
    public string Name => Settings.RunName;

    /// <summary>Name of the workflow; <c>$$.StateMachine.Name</c>.</summary>
    public string Workflow => Settings.Workflow;

    /// <summary>Its input.</summary>
    public JsonElement Input { get; }

    /// <summary>How it stands.</summary>
    public RunState State => Driven.State;

    /// <summary>Its output; undefined unless it succeeded.</summary>
    public JsonElement Output => Driven.Output;

    /// <summary>The error it ended with.</summary>
    public string? Error => Driven.Error;

    /// <summary>The cause it ended with.</summary>
    public string? Cause => Driven.Cause;

    /// <summary>The variables of the run's own scope: a JSON object.</summary>
    public JsonElement Variables => Driven.Root.Variables is { ValueKind: JsonValueKind.Object } variables ? variables : JsonElement.Parse("{}");

    /// <summary>The nodes in the order of entering, those of branches and iterations among them.</summary>
    public IReadOnlyList<string> Path => [.. History.Where(h => h.Event.Type.EndsWith("StateEntered", StringComparison.Ordinal)).Select(h => h.Event.Node!)];

    /// <summary>What happened, in the terms of Step Functions' execution history.</summary>
    public IReadOnlyList<Happening> History => Driven.History;

    /// <summary>The nodes it waits at, in branches and iterations too: attempts outstanding, waits and delays of retries.</summary>
    public IReadOnlyList<string> Waiting => State != RunState.Running ? [] : [.. Driven.OpenScopes.Where(s => s is { Token: not null, Children: null }).Select(s => s.Node!)];

    /// <summary>How long it took, or has taken up to now, on the virtual clock.</summary>
    public TimeSpan Duration => (Driven.EndedAt ?? Driven.Now) - StartedAt;

    /// <summary>The runs that its nodes have started, in order.</summary>
    public IReadOnlyList<WorkflowRun> Children => _children;

    internal VirtualRun Driven { get; }

    internal TestSettings Settings { get; }

    internal DateTimeOffset StartedAt { get; }

    internal TimeSpan Elapsed => _stage.Agenda.Now - StartedAt;

    /// <summary>The attempts at a handler, in order.</summary>
    /// <param name="handler">The handler, the full Resource, or the node; null: all attempts.</param>
    public IReadOnlyList<Attempt> Attempts(string? handler = null) =>
        [.. _attempts.Where(a => handler is null || handler == a.Handler || handler == a.Resource || handler == a.Node)];

    /// <summary>The output as an object, by <see cref="TestSettings.Json"/>.</summary>
    /// <exception cref="JsonException">It does not fit.</exception>
    public T? OutputAs<T>() => Output.Deserialize<T>(Settings.Json);

    /// <summary>Lets so much virtual time pass, and happen what falls due in it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    /// <exception cref="WorkflowTestException">An attempt that nothing answers, or more steps than <see cref="TestSettings.MaxSteps"/>.</exception>
    public WorkflowRun Advance(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        var until = _stage.Agenda.Now + time;
        _stage.Play(until);
        _stage.Agenda.Rest(until);
        return this;
    }

    /// <summary>Lets time pass until nothing more would happen by itself: the run has ended, or waits for a token's holder.</summary>
    /// <exception cref="WorkflowTestException">An attempt that nothing answers, or more steps than <see cref="TestSettings.MaxSteps"/>.</exception>
    public WorkflowRun Finish()
    {
        _stage.Play(DateTimeOffset.MaxValue);
        return this;
    }

    /// <summary>Lets happen what follows at once.</summary>
    internal WorkflowRun Settle()
    {
        _stage.Play(_stage.Agenda.Now);
        return this;
    }

    internal JsonElement Json(object? value) => Values.ToJson(value, Settings.Json);

    private Execution Facts(Guid runId) => new(
        runId,
        Settings.RunName,
        Settings.Workflow,
        1,
        Input,
        StartedAt,
        MaxPayloadBytes: Settings.MaxPayloadBytes);

    private Answer Answer(Command.DispatchWorkItem item)
    {
        var scopeId = Driven.ScopeOf(item.Token);
        var before = item.Attempt == 1 ? null : _attempts.FindLast(a => a.ScopeId == scopeId && a.Node == item.Node);
        var attempt = new Attempt(this, item, scopeId, before);
        _attempts.Add(attempt);
        var resource = Resource.Parse(item.Resource);
        if (_cast.Answer(attempt) is { } reply)
            return Replies.ToAnswer(reply, resource, Settings.Json);
        if (resource.Kind != ResourceKind.Run)
            throw Unscripted.Handler(attempt, _cast);

        if (ChildCall.Read(attempt, out var error) is not { } call)
            return new Answer.Failure("StepFunctions.ValidationException", error);
        if (_test.Child(call.Workflow) is not { } child)
            throw Unscripted.Child(attempt, call.Workflow);
        return Start(child, call, resource.Pattern);
    }

    private Answer Start(WorkflowTest test, ChildCall call, ResourcePattern pattern)
    {
        var (token, isJob) = (call.Attempt.Token, pattern == ResourcePattern.Job);
        var settings = test.Settings with
        {
            RunName = call.RunName ?? token.ToString(),
            Workflow = call.Workflow,
            Seed = unchecked((Settings.Seed * 31) + _children.Count + 1),
        };
        var child = new WorkflowRun(
            test.Under(_test),
            settings,
            call.RunInput,
            _stage,
            isJob ? () => Driven.Awaits(token) : () => true,
            isJob ? ended => Driven.Tell(token, call.Ended(ended)) : _ => { },
            this,
            token);
        _children.Add(child);
        return pattern == ResourcePattern.Response ? new Answer.Success(ChildCall.Started(child)) : new Answer.Silence { IsSubmitted = true };
    }
}
