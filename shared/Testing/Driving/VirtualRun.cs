using System.Text.Json;
using Flow.StatesLanguage;

namespace Flow.Testing.Driving;

/// <summary>
/// Drives the interpreter in memory: scopes in a dictionary, a virtual clock that jumps to the next timer, a worker that answers what it is asked.
/// The same definition, input, worker and seed give the same run.
/// </summary>
internal sealed class VirtualRun
{
    private static readonly string[] Endings = ["Succeeded", "Failed", "TimedOut"];

    private readonly Definition _definition;
    private readonly Worker _worker;
    private readonly Execution _execution;
    private readonly Random _seeds;
    private readonly Agenda _agenda;
    private readonly Delivery _delivery;
    private readonly Dictionary<Guid, Scope> _scopes = [];
    private readonly Dictionary<Guid, Group> _groups = [];
    private readonly Dictionary<Guid, Guid> _groupOf = [];
    private readonly Dictionary<Guid, Guid> _attempts = [];
    private readonly Timers _timers;
    private readonly List<Happening> _history = [];
    private readonly Dictionary<Guid, Happening> _endings = [];

    private VirtualRun(Definition definition, Execution execution, Worker worker, Agenda agenda, int seed, Delivery? delivery)
    {
        _definition = definition;
        _execution = execution;
        _worker = worker;
        _agenda = agenda;
        _delivery = delivery ?? new Delivery();
        _timers = new(agenda);
        _seeds = new(seed);
    }

    /// <summary>How it stands.</summary>
    public RunState State { get; private set; }

    /// <summary>Its output, once succeeded.</summary>
    public JsonElement Output { get; private set; }

    /// <summary>Its error, once failed.</summary>
    public string? Error { get; private set; }

    /// <summary>Its cause, once failed.</summary>
    public string? Cause { get; private set; }

    /// <summary>When it ended; null while it is under way.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>The time on its clock.</summary>
    public DateTimeOffset Now => _agenda.Now;

    /// <summary>What happened, in order, in all scopes.</summary>
    public IReadOnlyList<Happening> History => _history;

    /// <summary>Every step taken: the scope before, the signal, the scope after with its commands.</summary>
    public List<(Scope Before, Signal Signal, Step Step)> Steps { get; } = [];

    /// <summary>The scope of the run itself.</summary>
    public Scope Root => _scopes[_execution.RunId];

    /// <summary>The scopes that are not closed, the root first.</summary>
    public IEnumerable<Scope> OpenScopes => _scopes.Values.Where(IsOpen);

    /// <summary>Whether somebody still wants it; asked before each step.</summary>
    public Func<bool> IsWanted { get; init; } = () => true;

    /// <summary>What is stored, by <c>bucket/key</c>: read by ItemReaders, written by ResultWriters.</summary>
    public ObjectStore Objects { get; init; } = new();

    /// <summary>Told once, when it ended.</summary>
    public Action<VirtualRun>? Ended { get; init; }

    /// <summary>Runs to the end, until nothing more would happen by itself, or until so many steps were taken (a machine may loop for ever).</summary>
    public static VirtualRun Play(Definition definition, Execution execution, Worker worker, int seed = 1, int maxSteps = 100_000, Delivery? delivery = null, ObjectStore? objects = null)
    {
        var agenda = new Agenda(execution.StartedAt, delivery);
        var run = new VirtualRun(definition, execution, worker, agenda, seed, delivery) { Objects = objects ?? new() };
        run.Begin();
        agenda.Play(DateTimeOffset.MaxValue, () => run.State == RunState.Running && run.Steps.Count < maxSteps);
        return run;
    }

    /// <summary>A run on a clock that others use too: it goes on as the agenda does.</summary>
    public static VirtualRun Start(Definition definition, Execution execution, Worker worker, Agenda agenda, int seed, Func<bool> isWanted, Action<VirtualRun> ended)
    {
        var run = new VirtualRun(definition, execution, worker, agenda, seed, null) { IsWanted = isWanted, Ended = ended };
        run.Begin();
        return run;
    }

    /// <summary>Whether the attempt, or group, is what its scope waits for.</summary>
    public bool Awaits(Guid token) => State == RunState.Running && IsWanted() && _attempts.TryGetValue(token, out var id) && _scopes.GetValueOrDefault(id)?.Token == token;

    /// <summary>Whether children of the group are open, begun or not.</summary>
    public bool HasOpenChildren(Guid token) => _groups.TryGetValue(token, out var group) && group.Ids.Exists(id => _scopes.TryGetValue(id, out var child) && IsOpen(child));

    /// <summary>Whether a timer with this token runs.</summary>
    public bool HasTimer(Guid token, TimerKind kind) => _timers.IsRunning(token, kind);

    /// <summary>Whether the attempt was handed to the worker.</summary>
    public bool WasDispatched(Guid token) => _attempts.ContainsKey(token);

    /// <summary>The scope of an attempt.</summary>
    public Guid ScopeOf(Guid token) => _attempts[token];

    /// <summary>The event that an attempt ended with; null when there is none.</summary>
    public Happening? EndingOf(Guid token) => _endings.GetValueOrDefault(token);

    /// <summary>An attempt's signal arrives, as late as may be.</summary>
    public void Tell(Guid token, Signal signal) => Send(_attempts[token], signal);

    private static bool IsOpen(Scope scope) => scope.Status is ScopeStatus.Pending or ScopeStatus.Running;

    private void Begin()
    {
        _scopes[_execution.RunId] = new() { Id = _execution.RunId, Input = _execution.Input, Execution = _execution };
        if (_definition.TimeoutSeconds is { } limit)
            _agenda.Add(_execution.StartedAt.AddSeconds(limit), () => TimeOut(limit), isLast: true);
        Send(_execution.RunId, new Signal.Started());
    }

    private void Send(Guid scopeId, Signal signal, TimeSpan after = default)
    {
        if (after <= TimeSpan.Zero)
            _agenda.Add(() => Take(scopeId, signal));
        else
            _agenda.Add(Now + after, () => Take(scopeId, signal));
    }

    private void Take(Guid scopeId, Signal signal)
    {
        if (State == RunState.Running && !IsWanted())
            End(RunState.Cancelled, default, null, null);
        if (State != RunState.Running || !_scopes.TryGetValue(scopeId, out var scope))
            return;

        if (signal is not (Signal.ChildClosed or Signal.ChildrenClosed) && _delivery.Repeats(signal))
            Send(scopeId, signal);
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
                Note(scope, record.Event);
                break;
            case Command.DispatchWorkItem item:
                Dispatch(scope, item);
                break;
            case Command.StartTimer timer:
                _timers.Start(timer, () => Take(scope.Id, new Signal.TimerElapsed(timer.Token, timer.Kind)));
                break;
            case Command.CancelTimers cancel:
                _timers.Cancel(cancel.Token, cancel.Kind);
                break;
            case Command.OpenScopes open:
                Open(scope, open);
                break;
            case Command.ReleaseScopes release:
                Release(_groups[release.Token], release.Count);
                break;
            case Command.JoinChildren join:
                Take(scope.Id, new Signal.ChildrenClosed(join.Token, _groups[join.Token].Outputs()));
                break;
            case Command.ReadItems read:
                Send(scope.Id, Objects.Answer(read));
                break;
            case Command.WriteResults write:
                Send(scope.Id, Objects.Answer(write, _groups.TryGetValue(write.Token, out var closed) ? closed.Results(Now) : []));
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

    private void Note(Scope scope, HistoryRecord happened)
    {
        var noted = new Happening(scope.Id, scope.Machine, happened, At: Now);
        _history.Add(noted);
        if (happened is { Token: { } token, Type: var type } && Endings.Any(e => type.EndsWith(e, StringComparison.Ordinal)))
            _endings[token] = noted;
    }

    private void Dispatch(Scope scope, Command.DispatchWorkItem item)
    {
        // The attempt's limits belong to the event that scheduled it.
        _history[^1] = _history[^1] with { TimeoutSeconds = item.TimeoutSeconds, HeartbeatSeconds = item.HeartbeatSeconds };
        _attempts[item.Token] = scope.Id;
        var prefix = Resource.Parse(item.Resource).EventPrefix;
        var happened = new HistoryRecord { Type = prefix + "Started", Node = item.Node, Token = item.Token, Attempt = item.Attempt };
        Note(scope, happened);
        var answer = _worker(item);
        if (answer.IsSubmitted)
            Note(scope, happened with { Type = prefix + "Submitted" });
        foreach (var (after, signal) in answer.Signals(item.Token))
            Send(scope.Id, signal, after);
    }

    private void Open(Scope parent, Command.OpenScopes open)
    {
        var group = new Group(parent.Id, open.Scopes.Count);
        _groups[open.Token] = group;
        foreach (var child in open.Scopes)
        {
            var id = new Guid(child.Index, 0, 0, open.Token.ToByteArray()[..8]);
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
            group.Ids.Add(id);
            group.Inputs.Add(child.Input);
        }

        Release(group, open.MaxConcurrency == 0 ? open.Scopes.Count : open.MaxConcurrency);
    }

    private void Release(Group group, int count)
    {
        for (; count > 0 && group.Released < group.Ids.Count; count--)
            Send(group.Ids[group.Released++], new Signal.Started());
    }

    private void Cancel(Guid token)
    {
        // A Map that fails before it opened has no children.
        foreach (var id in _groups.TryGetValue(token, out var group) ? group.Ids : [])
        {
            if (!_scopes.Remove(id, out var scope) || scope.Token is not { } waited)
                continue;
            _timers.Cancel(waited);
            if (scope.Children is not null)
                Cancel(waited);
        }
    }

    private void Close(Scope scope, RunState state, JsonElement output, string? error, string? cause)
    {
        if (!_groupOf.TryGetValue(scope.Id, out var token))
        {
            End(state, output, error, cause);
            return;
        }

        var succeeded = state == RunState.Succeeded;
        if (succeeded)
            _groups[token].Closed[scope.Index] = output;
        else
            _groups[token].Failed[scope.Index] = (error, cause);
        Send(_groups[token].ParentId, new Signal.ChildClosed(token, scope.Index, succeeded, error, cause));
    }

    private void TimeOut(int limitSeconds)
    {
        if (State != RunState.Running || !IsWanted())
            return;

        var cause = $"The run did not end within its {limitSeconds} seconds.";
        Note(Root, new() { Type = "ExecutionTimedOut", Cause = cause });
        End(RunState.TimedOut, default, "States.Timeout", cause);
    }

    private void End(RunState state, JsonElement output, string? error, string? cause)
    {
        (State, Output, Error, Cause, EndedAt) = (state, output, error, cause, Now);
        _timers.CancelAll();
        Ended?.Invoke(this);
    }
}
