using System.Text.Json;
using Flow.Worker.Tests.Bed;
using Flow.Worker.Tests.Contract;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Worker.Tests.Units;

/// <summary>What stands around handlers.</summary>
public sealed class MiddlewareTests // capability 102
{
    private readonly Observed<string> _steps = new();

    [Fact]
    public async Task Middleware_should_stand_around_the_handler_in_the_order_it_was_added()
    {
        await using var bed = await Start(w => w
            .Use(Step("outer"))
            .Use(Step("inner"))
            .AddHandler("work", (JsonElement _, NodeContext context) =>
            {
                _steps.Add($"handler of {context.Node}");
                return Task.FromResult(1);
            }));

        (await bed.Desk.Success(await bed.Desk.Send(Desk.Item("work")))).Output.GetInt32().ShouldBe(1);

        _steps.All.ShouldBe(["> outer work", "> inner work", "handler of Call work", "< inner Next", "< outer Next"]);
    }

    [Fact]
    public async Task A_middleware_should_be_able_to_decide_in_the_handlers_place()
    {
        await using var bed = await Start(w => w
            .Use(Step("outer"))
            .Use((context, next) => context.Input.GetProperty("ask").GetString() switch
            {
                "cached" => Task.FromResult<ITransition>(Transition.Next("from the cache")),
                "refused" => Task.FromResult<ITransition>(Transition.Abort("Shop.Refused", "Not today.")),
                _ => next(),
            })
            .AddHandler("work", (JsonElement _, NodeContext _) => Task.FromResult("worked")));

        (await bed.Desk.Success(await bed.Desk.Send(Desk.Item("work", new { ask = "cached" })))).Output.GetString().ShouldBe("from the cache");
        var refused = await bed.Desk.Failure(await bed.Desk.Send(Desk.Item("work", new { ask = "refused" })));
        (refused.Error, refused.Cause).ShouldBe(("Shop.Refused", "Not today."));
        (await bed.Desk.Success(await bed.Desk.Send(Desk.Item("work", new { ask = "work" })))).Output.GetString().ShouldBe("worked");
        _steps.All.Where(s => s[0] == '<').ShouldBe(["< outer Next", "< outer Abort", "< outer Next"]);
    }

    [Fact]
    public async Task An_exception_should_pass_through_the_chain_and_fail_the_attempt_as_the_handlers_own()
    {
        await using var bed = await Start(w => w
            .Use(async (_, next) =>
            {
                try
                {
                    return await next();
                }
                catch (Exception e)
                {
                    _steps.Add(e.GetType().Name);
                    throw;
                }
            })
            .Use((context, next) => context.Handler == "barred" ? throw new UnauthorizedAccessException("No entry.") : next())
            .MapError<VideoMissingException>("Video.Missing")
            .AddHandler("barred", (JsonElement _, NodeContext _) => Task.FromResult(1))
            .AddHandler("throws", (JsonElement _, NodeContext _) => Task.FromException<int>(new VideoMissingException("gone")))
            .AddHandler<Split>());

        var barred = await bed.Desk.Failure(await bed.Desk.Send(Desk.Item("barred")));
        (barred.Error, barred.Cause).ShouldBe(("System.UnauthorizedAccessException", "No entry."));
        (await bed.Desk.Failure(await bed.Desk.Send(Desk.Item("throws")))).Error.ShouldBe("Video.Missing");
        (await bed.Desk.Failure(await bed.Desk.Send(Desk.Item("split", new { wrong = true })))).Error.ShouldBe("Flow.InvalidInput");
        _steps.All.ShouldBe(["UnauthorizedAccessException", "VideoMissingException", "InvalidInputException"]);
    }

    [Fact]
    public async Task A_middleware_and_the_handler_should_share_the_scope_of_a_call_and_the_next_call_have_another()
    {
        var marks = new Observed<ScopeMark>();
        await using var bed = await Start(w =>
        {
            w.Services.AddScoped<ScopeMark>().AddSingleton(marks);
            w.Use<Marking>().AddHandler<Scoped>(policy: p => (p.RetryMaxAttempts, p.RetryFirstDelaySeconds) = (2, 0.01));
        });

        await bed.Desk.Success(await bed.Desk.Send(Desk.Item("scoped", new VideoChunk("v", 1))));

        // The middleware saw the scope of each call; the handler that of the second one only.
        var seen = await marks.Several(3);
        seen[1].ShouldBeSameAs(seen[2]);
        seen[0].ShouldNotBeSameAs(seen[1]);
        seen.ShouldAllBe(mark => mark.Disposed);
    }

    [Fact]
    public async Task A_middleware_that_decides_nothing_should_fail_the_attempt_and_be_named_as_the_cause()
    {
        await using var bed = await Start(w => w.Use((_, _) => Task.FromResult<ITransition>(null!)).AddHandler("work", (JsonElement _, NodeContext _) => Task.FromResult(1)));

        (await bed.Desk.Failure(await bed.Desk.Send(Desk.Item("work")))).Cause.ShouldBe("A middleware around handler 'work' returned null; return what next() gives, or a transition.");
    }

    private Func<NodeContext, Func<Task<ITransition>>, Task<ITransition>> Step(string name) => async (context, next) =>
    {
        _steps.Add($"> {name} {context.Handler}");
        var decision = await next();
        _steps.Add($"< {name} {decision.Kind}");
        return decision;
    };

    private static Task<WorkerBed> Start(Action<FlowWorkerBuilder> configure) => WorkerBed.Start(new InMemoryTransport(), configure, ("Flow:Worker:Concurrency", "1"));

    /// <summary>Notes the scope, and fails the first call before it reaches the handler.</summary>
    private sealed class Marking(ScopeMark mark, Observed<ScopeMark> marks) : IHandlerMiddleware
    {
        public Task<ITransition> InvokeAsync(NodeContext context, Func<Task<ITransition>> next)
        {
            marks.Add(mark);
            return marks.All.Count == 1 ? throw new IOException("not yet") : next();
        }
    }
}
