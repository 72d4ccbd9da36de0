using System.Text.Json;
using Flow.StatesLanguage;

namespace Flow.Bench;

/// <summary>A driver in memory: every task answers at once with <c>{"ok":true}</c>, every child runs to its end before the next one starts.</summary>
internal sealed class Drive
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly JsonElement Answer = JsonElement.Parse("""{"ok":true}""");

    private readonly Definition _definition;
    private readonly Execution _execution;
    private int _steps;

    public Drive(string definition, string input)
    {
        var reading = Definition.Read(definition);
        _definition = reading.Definition ?? throw new ArgumentException(string.Join(' ', reading.Findings), nameof(definition));
        _execution = new(Guid.Parse("11111111-1111-1111-1111-111111111111"), "run", "workflow", 1, JsonElement.Parse(input), Now);
    }

    /// <summary>Runs to the end; the output.</summary>
    public JsonElement Run() => Run(new Scope { Id = _execution.RunId, Input = _execution.Input, Execution = _execution });

    private JsonElement Run(Scope scope)
    {
        Signal? signal = new Signal.Started();
        var outputs = new List<JsonElement>();
        while (signal is not null)
        {
            var step = Interpreter.Step(_definition, scope, signal, new(Now, new Guid(++_steps, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)));
            scope = step.Scope;
            signal = null;
            foreach (var command in step.Commands)
            {
                switch (command)
                {
                    case Command.DispatchWorkItem item:
                        signal = new Signal.TaskSucceeded(item.Token, Answer);
                        break;
                    case Command.OpenScopes open:
                        (scope, signal) = Children(scope, open, outputs);
                        break;
                    case Command.Fail fail:
                        throw new InvalidOperationException($"{fail.Error}: {fail.Cause}");
                }
            }
        }

        return scope.Input;
    }

    private (Scope Scope, Signal Joined) Children(Scope parent, Command.OpenScopes open, List<JsonElement> outputs)
    {
        foreach (var child in open.Scopes)
        {
            outputs.Add(Run(new Scope
            {
                Id = new Guid(child.Index, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0),
                Machine = child.Machine,
                Index = child.Index,
                Input = child.Input,
                MapItem = child.MapItem ?? default,
                Variables = open.Variables,
                Execution = _execution,
            }));
            var closed = new Signal.ChildClosed(open.Token, child.Index, Succeeded: true, Error: null, Cause: null);
            parent = Interpreter.Step(_definition, parent, closed, new(Now, new Guid(++_steps, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))).Scope;
        }

        return (parent, new Signal.ChildrenClosed(open.Token, JsonSerializer.SerializeToElement(outputs)));
    }
}
