using System.Text.Json;
using Flow.Worker.Tests.Contract;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Worker.Tests.Units;

/// <summary>A wrong registration stops the program where it is written.</summary>
public sealed class HandlerRegistrationTests
{
    private readonly FlowWorkerBuilder _worker = new(new ServiceCollection());

    [Fact] // capability 4
    public void The_attributes_wishes_should_hold_unless_the_registration_says_otherwise()
    {
        _worker.AddHandler<ExtractAudio>();
        _worker.AddHandler<ExtractAudio>("other", "slow", 5);

        var (declared, said) = (_worker.Handlers["extract-audio"], _worker.Handlers["other"]);
        (declared.Queue, declared.Policy.TimeoutSeconds).ShouldBe(("video", 600));
        (said.Queue, said.Policy.TimeoutSeconds).ShouldBe(("slow", 5));
        _worker.AddHandler<Split>().Handlers["split"].ShouldSatisfyAllConditions(s => s.Queue.ShouldBe("default"), s => s.Policy.TimeoutSeconds.ShouldBeNull());
    }

    [Fact] // capability 3, 4
    public void What_is_declared_without_reflection_should_be_what_the_attribute_says()
    {
        _worker.AddHandler<ExtractAudio, VideoChunk, AudioTrack>(new("extract-audio") { Queue = "video", TimeoutSeconds = 600 }, p => p.Concurrency = 2);

        var declared = _worker.Handlers["extract-audio"];
        (declared.Queue, declared.Policy.TimeoutSeconds, declared.Policy.Concurrency).ShouldBe(("video", 600, 2));
        _worker.Services.ShouldContain(s => s.ServiceType == typeof(ExtractAudio) && s.Lifetime == ServiceLifetime.Scoped);
    }

    [Theory]
    [InlineData(0, 1, "BatchMaxItems is 0; allowed are 1 to 1000.")]
    [InlineData(1001, 1, "BatchMaxItems is 1001; allowed are 1 to 1000.")]
    [InlineData(10, 0, "BatchMaxWaitSeconds is 0; allowed are 0.001 to 60.")]
    public void A_batch_should_be_in_its_bounds(int maxItems, double maxWaitSeconds, string fault) =>
        Refusal(() => _worker.AddBatchHandler<int, int>("rows", (_, _) => Task.FromResult<IReadOnlyList<Transition<int>>>([]), maxItems, maxWaitSeconds)).ShouldContain(fault);

    [Fact]
    public void A_name_should_be_taken_once() =>
        Refusal(() => _worker.AddHandler<Split>().AddHandler("split", (int i, NodeContext _) => Task.FromResult(i)))
            .ShouldBe($"Handler 'split' is added twice, by {typeof(Split).FullName} and by a function in {GetType().FullName}+<>c: give one of them another name.");

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("a/b")]
    public void A_name_should_be_a_name(string name) =>
        Refusal(() => _worker.AddHandler<Split>(name)).ShouldContain($"'{name}' is not a handler name");

    [Fact]
    public void A_class_should_have_a_name() => Refusal(() => _worker.AddHandler<Nameless>()).ShouldContain("AddHandler<Nameless>(\"name\")");

    [Fact]
    public void A_class_should_be_a_handler() => Refusal(() => _worker.AddHandler<VideoChunk>("x")).ShouldContain("implements INodeHandler<TInput, TOutput> 0 times");

    [Fact]
    public void A_queue_should_be_a_queue_name() => Refusal(() => _worker.AddHandler<Split>(queue: "Video")).ShouldContain("'Video' is not a queue name");

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(604_801)]
    public void A_timeout_should_be_in_its_bounds(int seconds) => Refusal(() => _worker.AddHandler<Split>(timeoutSeconds: seconds)).ShouldContain("use 1 to 604800");

    [Fact]
    public async Task A_handler_should_be_testable_without_a_worker()
    {
        var transition = await new Split().HandleAsync(new VideoChunk("v", 2), new NodeContext { Node = "Split" });

        transition.Kind.ShouldBe(TransitionKind.NextAll);
        transition.Outputs.Select(o => o.Url).ShouldBe(["v#0", "v#1"]);
        Transition<VideoChunk> abort = Transition.Abort("E", "why");
        (abort.Kind, abort.Error, abort.Cause).ShouldBe((TransitionKind.Abort, "E", "why"));
        Transition<JsonElement> held = Transition.Hold;
        held.Kind.ShouldBe(TransitionKind.Hold);
        await new NodeContext().HeartbeatAsync("alone");
    }

    private static string Refusal(Action register) => Should.Throw<ArgumentException>(register).Message;

    private sealed class Nameless : INodeHandler<int, int>
    {
        public Task<Transition<int>> HandleAsync(int input, NodeContext context) => Task.FromResult<Transition<int>>(input);
    }
}
