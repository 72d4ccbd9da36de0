using System.Text.Json;

namespace Flow.StatesLanguage.Tests.Interpreting;

/// <summary>One scope on a stage: tell it signals, read its commands as lines. Every step is taken twice and on a scope that went through JSON.</summary>
internal sealed class Scene
{
    public static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Definition _definition;
    private readonly Execution _execution;
    private readonly List<Guid> _tokens = [];
    private int _steps;

    public Scene(string definition, string input = "{}", string machine = "", int index = 0, string? mapItem = null, string? variables = null)
    {
        _definition = Read(definition);
        _execution = new(Guid.Parse("11111111-1111-1111-1111-111111111111"), "my-run", "my-workflow", 3, Json(input), Start);
        Scope = new()
        {
            Id = machine.Length == 0 ? _execution.RunId : Guid.Parse("22222222-2222-2222-2222-222222222222"),
            Machine = machine,
            Index = index,
            Input = Json(input),
            MapItem = mapItem is null ? default : Json(mapItem),
            Variables = variables is null ? default : Json(variables),
        };
    }

    public Scope Scope { get; private set; }

    public DateTimeOffset Now { get; set; } = Start;

    /// <summary>The outstanding token.</summary>
    public Guid Token => Scope.Token.ShouldNotBeNull();

    public IReadOnlyList<Command> Commands { get; private set; } = [];

    public static JsonElement Json(string text) => JsonElement.Parse(text);

    public static Definition Read(string text)
    {
        var reading = Definition.Read(text);
        reading.Findings.ShouldBeEmpty();
        return reading.Definition.ShouldNotBeNull();
    }

    public string[] Begin() => Tell(new Signal.Started());

    /// <summary>Tells a signal; the commands as lines, history left out.</summary>
    public string[] Tell(Signal signal) => [.. TellAll(signal).Where(l => !l.StartsWith("record ", StringComparison.Ordinal))];

    /// <summary>Tells a signal; the commands as lines, history included.</summary>
    public string[] TellAll(Signal signal)
    {
        var moment = new Moment(Now, new Guid(++_steps, 0, 0, new byte[8]));
        var stored = ScopeJson.Read(ScopeJson.Write(Scope));
        var step = Interpreter.Step(_definition, stored with { Execution = _execution }, signal, moment);
        var again = Interpreter.Step(_definition, Scope with { Execution = _execution }, signal, moment);
        ScopeJson.Write(again.Scope).ShouldBe(ScopeJson.Write(step.Scope));
        JsonSerializer.Serialize(ScopeJson.Read(ScopeJson.Write(step.Scope))).ShouldBe(JsonSerializer.Serialize(step.Scope));

        Scope = step.Scope;
        Commands = step.Commands;
        var lines = step.Commands.Select(Line).ToArray();
        again.Commands.Select(Line).ShouldBe(lines);
        return lines;
    }

    /// <summary>Tells a signal that must change nothing.</summary>
    public void Ignores(Signal signal)
    {
        var before = ScopeJson.Write(Scope);
        TellAll(signal).ShouldBeEmpty();
        ScopeJson.Write(Scope).ShouldBe(before);
    }

    private string Line(Command command) => command switch
    {
        Command.Record { Event: var e } => $"record {e.Type}" + (e.Node is null ? "" : $" {e.Node}") + (e.Index is null ? "" : $" [{e.Index}]"),
        Command.DispatchWorkItem c => $"dispatch {Name(c.Token)} {c.Node} {c.Resource} {c.Input} #{c.Attempt}" + Limit("timeout", c.TimeoutSeconds) + Limit("heartbeat", c.HeartbeatSeconds),
        Command.StartTimer c => $"timer {Name(c.Token)} {c.Kind} +{(c.DueAt - Now).TotalSeconds}s",
        Command.CancelTimers c => $"cancel {(c.Kind is { } kind ? $"timer {Name(c.Token)} {kind}" : $"timers {Name(c.Token)}")}",
        Command.OpenScopes c => $"open {Name(c.Token)} {c.Node} {string.Join(' ', c.Scopes.Select(s => $"{s.Machine}#{s.Index}={s.Input}"))} variables={c.Variables} max={c.MaxConcurrency}",
        Command.ReleaseScopes c => $"release {Name(c.Token)} {c.Count}",
        Command.JoinChildren c => $"join {Name(c.Token)}",
        Command.RedriveScopes c => $"redrive {Name(c.Token)} as {Name(c.NewToken)} max={c.MaxConcurrency}",
        Command.CancelChildren c => $"cancel children {Name(c.Token)}",
        Command.KeepJournal c => $"keep journal {Name(c.Token)} {c.Node}",
        Command.DeadLetter c => $"dead letter {Name(c.Token)} {c.Node} {c.Resource} {c.Input} attempts={c.Attempts} {c.Error}: {c.Cause}",
        Command.Succeed c => $"succeed {c.Output}",
        Command.Fail c => $"fail {c.Error ?? "(none)"}: {c.Cause ?? "(none)"}",
        _ => throw new InvalidOperationException(command.ToString()),
    };

    private static string Limit(string name, int? seconds) => seconds is null ? "" : $" {name}={seconds}";

    private string Name(Guid token)
    {
        if (!_tokens.Contains(token))
            _tokens.Add(token);
        return $"t{_tokens.IndexOf(token) + 1}";
    }
}
