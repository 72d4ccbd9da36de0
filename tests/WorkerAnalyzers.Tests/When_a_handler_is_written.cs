namespace Flow.WorkerAnalyzers.Tests;

public sealed class When_a_handler_is_written
{
    [Theory] // capability 98
    [InlineData("await Task.Delay(TimeSpan.FromSeconds(1)); return 1;", "Delay")]
    [InlineData("return (await http.GetStringAsync(\"http://localhost\")).Length;", "GetStringAsync")]
    [InlineData("await File.WriteAllTextAsync(\"a\", \"b\", CancellationToken.None); return 1;", "WriteAllTextAsync")]
    [InlineData("await File.WriteAllTextAsync(\"a\", \"b\", default); await context.HeartbeatAsync(); return 1;", "WriteAllTextAsync")]
    [InlineData("await foreach (var line in File.ReadLinesAsync(context.Node)) { } return 1;", "ReadLinesAsync")]
    public async Task FLOW003_should_name_the_call_that_is_not_cancelled(string body, string call)
    {
        (await Class(body)).ShouldBe([Deaf(call)]);
        (await Function(body)).ShouldBe([Deaf(call)]);
    }

    [Theory]
    [InlineData("await Task.Delay(TimeSpan.FromSeconds(1), context.CancellationToken); return 1;")]
    [InlineData("using var linked = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken); await Task.Delay(1, linked.Token); await Task.Delay(1); return 1;")]
    [InlineData("return await Elsewhere(context); static async Task<int> Elsewhere(NodeContext context) { await Task.Delay(1); return 1; }")]
    [InlineData("await Task.Yield(); return input;")]
    [InlineData("await context.HeartbeatAsync(7); await foreach (var entry in context.Journal.ReadAsync()) { } return 1;")]
    [InlineData("using var own = new CancellationTokenSource(); await Task.Delay(1, own.Token); return 1;")]
    public async Task FLOW003_should_let_a_handler_be_that_passes_its_token_on_or_has_no_need_to(string body)
    {
        (await Class(body)).ShouldBeEmpty();
        (await Function(body)).ShouldBeEmpty();
    }

    [Fact]
    public async Task FLOW003_should_see_the_token_of_a_batch()
    {
        const string Batch =
            """
            internal sealed class A : IBatchNodeHandler<int, int>
            {
                public async Task<IReadOnlyList<Transition<int>>> HandleAsync(IReadOnlyList<BatchItem<int>> items, CancellationToken cancellationToken)
                {
                    await Task.Delay(TimeSpan.FromSeconds(1){0});
                    return [.. items.Select(i => Transition.Next(i.Input))];
                }
            }
            """;

        (await Compiled.Of(Batch.Replace("{0}", "", StringComparison.Ordinal)).Diagnostics()).ShouldBe([Deaf("Delay")]);
        (await Compiled.Of(Batch.Replace("{0}", ", cancellationToken", StringComparison.Ordinal)).Diagnostics()).ShouldBeEmpty();
        (await Compiled.Of(Batch.Replace("{0}", ", items[0].Context.CancellationToken", StringComparison.Ordinal)).Diagnostics()).ShouldBeEmpty();
    }

    [Theory] // capability 99
    [InlineData("return Task.FromResult(1).Result;", "Task.FromResult(1).Result", "await it")]
    [InlineData("Task.CompletedTask.Wait(); return 1;", "Task.CompletedTask.Wait()", "await it, or Task.WhenAll or WhenAny")]
    [InlineData("Task.WaitAll(Task.CompletedTask); return 1;", "Task.WaitAll(Task.CompletedTask)", "await it, or Task.WhenAll or WhenAny")]
    [InlineData("return Task.FromResult(1).GetAwaiter().GetResult();", "Task.FromResult(1).GetAwaiter().GetResult()", "await it")]
    [InlineData("return Task.FromResult(1).ConfigureAwait(false).GetAwaiter().GetResult();", "Task.FromResult(1).ConfigureAwait(false).GetAwaiter().GetResult()", "await it")]
    [InlineData("return new ValueTask<int>(1).Result;", "new ValueTask<int>(1).Result", "await it")]
    [InlineData("Thread.Sleep(1); return 1;", "Thread.Sleep(1)", "await Task.Delay with context.CancellationToken")]
    public async Task FLOW004_should_name_what_blocks_and_what_does_not(string body, string call, string remedy)
    {
        string[] expected = [$"FLOW004 '{call}' holds a thread that the worker's other items need: {remedy}"];

        (await Class(body)).ShouldBe(expected);
        (await Function(body)).ShouldBe(expected);
        (await Class("return Own();", $"private static int Own() {{ {body} }}")).ShouldBe(expected);
    }

    [Theory]
    [InlineData("return await Task.FromResult(1);")]
    [InlineData("await Task.WhenAll(Task.CompletedTask); return new Answer(3).Result;")]
    public async Task FLOW004_should_let_a_handler_be_that_awaits(string body)
    {
        (await Class(body)).ShouldBeEmpty();
        (await Function(body)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_not_look_at_what_is_no_handler() =>
        (await Compiled.Of("internal static class Other { public static int Wait() { Thread.Sleep(1); return Task.FromResult(1).Result; } public static Task Delay() => Task.Delay(1); }").Diagnostics()).ShouldBeEmpty();

    private static string Deaf(string call) =>
        $"FLOW003 '{call}' can be cancelled, but the handler never looks at its token, so it goes on after its time is up or its run is cancelled: pass context.CancellationToken";

    private static Task<IReadOnlyList<string>> Class(string body, string more = "") => Compiled.Of(
        $$"""
        #pragma warning disable CS1998, CS9113
        internal sealed record Answer(int Result);
        internal sealed class A(HttpClient http) : INodeHandler<int, int>
        {
            public async Task<Transition<int>> HandleAsync(int input, NodeContext context) { {{body}} }
            {{more}}
        }
        """).Diagnostics();

    private static Task<IReadOnlyList<string>> Function(string body) => Compiled.Of(
        $$"""
        #pragma warning disable CS1998
        internal sealed record Answer(int Result);
        internal static class Registration
        {
            public static void Add(FlowWorkerBuilder worker, HttpClient http) => worker.AddHandler<int, int>("a", async (input, context) => { {{body}} });
        }
        """).Diagnostics();
}
