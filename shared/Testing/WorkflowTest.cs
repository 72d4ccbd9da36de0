using System.Collections.Immutable;
using Flow.StatesLanguage;
using Flow.Testing.Definitions;
using Flow.Testing.Driving;
using Flow.Testing.Scripts;

namespace Flow.Testing;

/// <summary>
/// A workflow to test, with the handlers it finds: runs in-process, on a virtual clock, the very interpreter that runs it in production.
/// Immutable: each call gives a new one, so that tests may share what they have in common.
/// </summary>
/// <remarks>
/// Calls that name the same handler add up: the attempts of a run get their replies in the order of the calls. A call that answers all attempts ends
/// the script; another one after it begins the script anew. A handler is named as in <c>flow:HANDLER</c> or the function's ARN, or by the full Resource,
/// which goes first. What a delegate throws is no failure of the attempt but fails the test: <see cref="Reply.Fail"/> fails an attempt.
/// </remarks>
public sealed class WorkflowTest
{
    private readonly ImmutableSortedDictionary<string, WorkflowTest> _children;

    private WorkflowTest(Definition definition, TestSettings settings, ImmutableSortedDictionary<string, Script> scripts, ImmutableSortedDictionary<string, WorkflowTest> children)
    {
        Definition = definition;
        Settings = settings;
        Scripts = scripts;
        _children = children;
    }

    /// <summary>The definition.</summary>
    public Definition Definition { get; }

    /// <summary>Seed, start, names and limits.</summary>
    public TestSettings Settings { get; }

    internal ImmutableSortedDictionary<string, Script> Scripts { get; }

    /// <summary>The workflow in a file, JSON or YAML.</summary>
    /// <param name="path">Its path: absolute, or from the current directory, or from the directory of the test's assembly.</param>
    /// <exception cref="WorkflowTestException">There is no such file, or its definition is unsound: with all findings.</exception>
    public static WorkflowTest FromFile(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var (text, workflow) = DefinitionText.Load(path);
        return FromText(text, path).With(settings => settings with { Workflow = workflow });
    }

    /// <summary>The workflow in a text, JSON or YAML.</summary>
    /// <exception cref="WorkflowTestException">Its definition is unsound: with all findings.</exception>
    public static WorkflowTest FromText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return FromText(text, "The text");
    }

    /// <summary>Other settings, e.g. <c>.With(s => s with { Seed = 7 })</c>.</summary>
    public WorkflowTest With(Func<TestSettings, TestSettings> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return new(Definition, change(Settings), Scripts, _children);
    }

    /// <summary>All further attempts at the handler get what the delegate returns: a <see cref="Reply"/>, or the output.</summary>
    public WorkflowTest Handle(string handler, Func<Attempt, object?> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return Add(handler, new(null, attempt => answer(attempt) is var given && given is Reply reply ? reply : Reply.Return(given)));
    }

    /// <summary>The same, of the payload as an object (see <see cref="TestSettings.Json"/>): <c>.Handle("charge", (Order order) => new Receipt(order.Id))</c>.</summary>
    public WorkflowTest Handle<TInput>(string handler, Func<TInput, object?> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return Handle(handler, (Attempt attempt) => answer(attempt.PayloadAs<TInput>()!));
    }

    /// <summary>The next attempts at the handler get these replies, one each.</summary>
    public WorkflowTest Handle(string handler, params IReadOnlyList<Reply> replies)
    {
        ArgumentNullException.ThrowIfNull(replies);
        return replies.Aggregate(this, (test, reply) => test.Add(handler, new(1, _ => reply)));
    }

    /// <summary>The next attempts at the handler fail.</summary>
    /// <param name="handler">The handler, or the full Resource.</param>
    /// <param name="error">Error name, e.g. <c>Carrier.Down</c>; null: none.</param>
    /// <param name="cause">Cause; null: none.</param>
    /// <param name="times">How many attempts; null: all that follow.</param>
    public WorkflowTest Fail(string handler, string? error, string? cause = null, int? times = null) => Add(handler, new(times, _ => Reply.Fail(error, cause)));

    /// <summary>The next attempts at the handler hang: nothing is ever heard of them (<see cref="Reply.Hang"/>).</summary>
    /// <param name="handler">The handler, or the full Resource.</param>
    /// <param name="times">How many attempts; null: all that follow.</param>
    public WorkflowTest Hang(string handler, int? times = null) => Add(handler, new(times, _ => Reply.Hang));

    /// <summary>The next attempts at the handler wait for the holder of their token (<see cref="Reply.Hold"/>).</summary>
    /// <param name="handler">The handler, or the full Resource.</param>
    /// <param name="times">How many attempts; null: all that follow.</param>
    public WorkflowTest Hold(string handler, int? times = null) => Add(handler, new(times, _ => Reply.Hold));

    /// <summary>
    /// A workflow that nodes with <c>states:startExecution</c> (<c>.sync</c>, <c>.sync:2</c>) start, on the same clock. Handlers it does not have itself it finds here.
    /// </summary>
    /// <param name="workflow">Its name: what StateMachineArn holds, or its last part.</param>
    /// <param name="child">The workflow.</param>
    public WorkflowTest WithChild(string workflow, WorkflowTest child)
    {
        ArgumentException.ThrowIfNullOrEmpty(workflow);
        ArgumentNullException.ThrowIfNull(child);
        return new(Definition, Settings, Scripts, _children.SetItem(workflow, child));
    }

    /// <summary>Starts a run and plays what happens at once: to look at it on the way, advance its clock, complete held tokens.</summary>
    /// <param name="input">Its input, anything that becomes JSON; null: an empty object.</param>
    /// <exception cref="WorkflowTestException">An attempt that nothing answers, or more steps than <see cref="TestSettings.MaxSteps"/>.</exception>
    public WorkflowRun Start(object? input = null)
    {
        var json = input is null ? Values.ToJson(new(), Settings.Json) : Values.ToJson(input, Settings.Json);
        if (!Interpreter.Accepts(json))
            throw new WorkflowTestException("The input holds a text that is not valid Unicode (half of a surrogate pair): no run may have it.");

        WorkflowRun? run = null;
        var stage = new Stage(Settings, () => run?.Report() ?? "");
        run = new(this, Settings, json, stage, () => true, _ => { }, null, new Guid(Settings.Seed, 0, 0, new byte[8]));
        return run.Settle();
    }

    /// <summary>Starts a run and plays it until it has ended, or nothing more would happen by itself.</summary>
    /// <param name="input">Its input, anything that becomes JSON; null: an empty object.</param>
    /// <exception cref="WorkflowTestException">An attempt that nothing answers, or more steps than <see cref="TestSettings.MaxSteps"/>.</exception>
    public WorkflowRun Run(object? input = null) => Start(input).Finish();

    internal WorkflowTest? Child(string workflow) => _children.GetValueOrDefault(workflow);

    /// <summary>The same, which knows the parent's workflows too.</summary>
    internal WorkflowTest Under(WorkflowTest parent) => new(Definition, Settings, Scripts, parent._children.SetItems(_children));

    private static WorkflowTest FromText(string text, string source) =>
        new(DefinitionText.Read(text, source), new(), ImmutableSortedDictionary.Create<string, Script>(StringComparer.Ordinal), ImmutableSortedDictionary.Create<string, WorkflowTest>(StringComparer.Ordinal));

    private WorkflowTest Add(string handler, Line line)
    {
        ArgumentException.ThrowIfNullOrEmpty(handler);
        if (line.Times is { } times)
            ArgumentOutOfRangeException.ThrowIfLessThan(times, 1, nameof(times));
        return new(Definition, Settings, Scripts.SetItem(handler, Scripts.GetValueOrDefault(handler, Script.Empty).With(line)), _children);
    }
}
