using System.Text.Json;
using Flow.StatesLanguage;

namespace Flow.Testing.Driving;

/// <summary>
/// Drives the interpreter in memory: scopes in a dictionary, a virtual clock that jumps to the next timer, a worker that answers at once.
/// The same definition, input, worker and seed give the same run.
/// </summary>
public sealed class VirtualRun
{
    private readonly Definition _definition;
    private readonly Worker _worker;
    private readonly Execution _execution;
    private readonly Random _seeds;
    private readonly Dictionary<Guid, Scope> _scopes = [];
    private readonly Dictionary<Guid, Group> _groups = [];
    private readonly Dictionary<Guid, Guid> _groupOf = [];
    private readonly Queue<(Guid ScopeId, Signal Signal)> _signals = new();
    private readonly Timers _timers = new();
    private readonly List<Happening> _history = [];

    private VirtualRun(Definition definition, Execution execution, Worker worker, int seed)
    {
        _definition = definition;
        _execution = execution;
        _worker = worker;
        _seeds = new(seed);
        Now = execution.StartedAt;
    }

    /// <summary>How it stands.</summary>
    public RunState State { get; private set; }

    /// <summary>Its output, once succeeded.</summary>
    public JsonElement Output { get; private set; }

    /// <summary>Its error, once failed.</summary>
    public string? Error { get; private set; }

    /// <summary>Its cause, once failed.</summary>
    public string? Cause { get; private set; }

    /// <summary>The time on its clock.</summary>
    public DateTimeOffset Now { get; private set; }

    /// <summary>What happened, in order, in all scopes.</summary>
    public IReadOnlyList<Happening> History => _history;

    /// <summary>Every step taken: the scope before, the signal, the scope after with its commands.</summary>
    public List<(Scope Before, Signal Signal, Step Step)> Steps { get; } = [];

    /// <summary>Runs to the end, until nothing more would happen by itself, or until so many steps were taken (a machine may loop for ever).</summary>
    public static VirtualRun Play(Definition definition, Execution execution, Worker worker, int seed = 1, int maxSteps = 100_000)
    {
        var run = new VirtualRun(definition, execution, worker, seed);
        run._scopes[execution.RunId] = new() { Id = execution.RunId, Input = execution.Input, Execution = execution };
        run._signals.Enqueue((execution.RunId, new Signal.Started()));
        run.Play(maxSteps);
        return run;
    }

    private void Play(int maxSteps)
    {
        var deadline = _definition.TimeoutSeconds is { } limit ? _execution.StartedAt.AddSeconds(limit) : DateTimeOffset.MaxValue;
        while (State == RunState.Running && Steps.Count < maxSteps)
        {
            if (_signals.TryDequeue(out var next))
            {
                Take(next.ScopeId, next.Signal);
            }
            else if (_timers.TryTake(deadline, out var timer))
            {
                Now = timer.DueAt > Now ? timer.DueAt : Now;
                Take(timer.ScopeId, new Signal.TimerElapsed(timer.Token, timer.Kind));
            }
            else
            {
                State = deadline < DateTimeOffset.MaxValue ? RunState.TimedOut : State;
                return;
            }
        }
    }

    private void Take(Guid scopeId, Signal signal)
    {
        if (!_scopes.TryGetValue(scopeId, out var scope))
            return;

        var seed = new byte[16];
        _seeds.NextBytes(seed);
        var step = Interpreter.Step(_definition, scope, signal, new(Now, new(seed)));
        Steps.Add((scope, signal, step));
        _scopes[scopeId] = step.Scope;
        foreach (var command in step.Commands)
            Perform(step.Scope, command);
    }

    private void Perform(Scope scope, Command command)
    {
        switch (command)
        {
            case Command.Record record:
                _history.Add(new(scope.Id, scope.Machine, record.Event));
                break;
            case Command.DispatchWorkItem item:
                Dispatch(scope, item);
                break;
            case Command.StartTimer timer:
                _timers.Start(scope.Id, timer);
                break;
            case Command.CancelTimers cancel:
                _timers.Cancel(cancel.Token);
                break;
            case Command.OpenScopes open:
                Open(scope, open);
                break;
            case Command.ReleaseScopes release:
                Release(_groups[release.Token], release.Count);
                break;
            case Command.JoinChildren join:
                _signals.Enqueue((scope.Id, new Signal.ChildrenClosed(join.Token, _groups[join.Token].Outputs())));
                break;
            case Command.CancelChildren cancel:
                Cancel(cancel.Token);
                break;
            case Command.Succeed end:
                Close(scope, RunState.Succeeded, end.Output, null, null);
                break;
            case Command.Fail end:
                Close(scope, RunState.Failed, default, end.Error, end.Cause);
                break;
            case Command.DeadLetter:
                break;
        }
    }

    private void Dispatch(Scope scope, Command.DispatchWorkItem item)
    {
        // The attempt's limits belong to the event that scheduled it.
        _history[^1] = _history[^1] with { TimeoutSeconds = item.TimeoutSeconds, HeartbeatSeconds = item.HeartbeatSeconds };
        var prefix = Resource.Parse(item.Resource).EventPrefix;
        Note(scope, item, prefix + "Started");
        var answer = _worker(item);
        if (answer.IsSubmitted)
            Note(scope, item, prefix + "Submitted");
        switch (answer)
        {
            case Answer.Success success:
                _signals.Enqueue((scope.Id, new Signal.TaskSucceeded(item.Token, success.Output)));
                break;
            case Answer.Failure failure:
                _signals.Enqueue((scope.Id, new Signal.TaskFailed(item.Token, failure.Error, failure.Cause)));
                break;
        }
    }

    private void Note(Scope scope, Command.DispatchWorkItem item, string type) =>
        _history.Add(new(scope.Id, scope.Machine, new() { Type = type, Node = item.Node, Token = item.Token, Attempt = item.Attempt }));

    private void Open(Scope parent, Command.OpenScopes open)
    {
        var group = new Group(parent.Id, open.Token, open.Scopes.Count);
        _groups[open.Token] = group;
        foreach (var child in open.Scopes)
        {
            var id = new Guid(parent.Id.GetHashCode(), (short)child.Index, (short)_scopes.Count, open.Token.ToByteArray()[..8]);
            _scopes[id] = new()
            {
                Id = id,
                Machine = child.Machine,
                Index = child.Index,
                Input = child.Input,
                Variables = open.Variables,
                MapItem = child.MapItem ?? default,
                Execution = _execution,
            };
            _groupOf[id] = open.Token;
            group.Held.Enqueue(id);
        }

        Release(group, open.MaxConcurrency == 0 ? open.Scopes.Count : open.MaxConcurrency);
    }

    private void Release(Group group, int count)
    {
        while (count-- > 0 && group.Held.TryDequeue(out var id))
            _signals.Enqueue((id, new Signal.Started()));
    }

    private void Cancel(Guid token)
    {
        foreach (var (id, _) in _groupOf.Where(g => g.Value == token).ToList())
        {
            if (_scopes.Remove(id, out var scope) && scope is { Children: not null, Token: { } inner })
                Cancel(inner);
        }
    }

    private void Close(Scope scope, RunState state, JsonElement output, string? error, string? cause)
    {
        if (_groupOf.TryGetValue(scope.Id, out var token))
        {
            var succeeded = state == RunState.Succeeded;
            if (succeeded)
                _groups[token].Closed[scope.Index] = output;
            _signals.Enqueue((_groups[token].ParentId, new Signal.ChildClosed(token, scope.Index, succeeded, error, cause)));
            return;
        }

        (State, Output, Error, Cause) = (state, output, error, cause);
    }

    private sealed record Group(Guid ParentId, Guid Token, int Count)
    {
        public Queue<Guid> Held { get; } = new();

        public JsonElement?[] Closed { get; } = new JsonElement?[Count];

        public JsonElement Outputs() => JsonSerializer.SerializeToElement(Closed);
    }
}
