using Flow.Transports.Messages;
using Flow.Transports.Tests.Brokers;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Transports.Tests.Contract;

public abstract partial class TransportContract
{
    [Fact]
    public async Task Should_leave_nothing_behind_of_a_question_that_is_answered_late()
    {
        Needs(Capability.SeveralBuses);
        var patient = await StartHostAsync();
        var gone = await StartHostAsync();
        var (itsAnswers, answersOfGone) = (AnswersOf(patient), AnswersOf(gone));
        foreach (var asker in new[] { patient, gone })
            await Should.ThrowAsync<RequestTimeoutException>(() => AskAsync(asker, "early", RequestTimeout.After(ms: 100)));
        await StopHostAsync(gone);

        var host = await StartHostAsync();
        await host.ServeAsync<Question>("questions", context => context.RespondAsync(new Answer(context.Message.Text)), e => e.ConcurrentMessageLimit = 1);

        // Its answer comes after the two that nobody waits for.
        (await AskAsync(patient, "in time", RequestTimeout.After(s: 30))).ShouldBe("in time");
        string[] asides = ["questions_error", "questions_skipped", $"{itsAnswers}_skipped", $"{itsAnswers}_error", $"{answersOfGone}_skipped", $"{answersOfGone}_error"];
        (await host.Services.GetRequiredService<IBrokerQueues>().LookAsync(asides, TestContext.Current.CancellationToken)).Where(queue => queue.Value.Waiting > 0).ShouldBeEmpty();
    }

    private static string AnswersOf(TestHost host) => host.Bus.Address.AbsolutePath.Split('/')[^1];

    private static async Task<string> AskAsync(TestHost host, string text, RequestTimeout patience)
    {
        var client = host.Bus.CreateRequestClient<Question>(new Uri("queue:questions"), patience);
        return (await client.GetResponse<Answer>(new Question(text), request => request.NeverExpires(), TestContext.Current.CancellationToken)).Message.Text;
    }
}
