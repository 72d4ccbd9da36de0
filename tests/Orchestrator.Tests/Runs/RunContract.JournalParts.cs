using System.Net.Http.Json;
using System.Net.Mime;
using Flow.Orchestrator.Storage;
using Flow.Orchestrator.Tests.Hosts;
using Flow.Persistence;
using Flow.StatesLanguage;
using Flow.Worker;
using MassTransit;
using MassTransit.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Orchestrator.Tests.Runs;

// What the tests of the journal stand on.
public abstract partial class RunContract
{
    private readonly TaskCompletionSource _bothNote = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _noting;

    /// <summary>Starts a run whose node waits for the holder of its token, and gives that.</summary>
    private async Task<(Guid RunId, string Token)> AskedAsync(string key, string definition)
    {
        await _flow.RegisterAsync($"ask-{key}", definition);
        var runId = await _flow.StartRunAsync($"ask-{key}", new { key });
        await Eventually.HoldsAsync("the token to be handed out", () => _tokens.ContainsKey(key));
        return (runId, _tokens[key]);
    }

    private static NodeSucceeded Result(string taskToken, params string[] entries)
    {
        TaskToken.TryParse(taskToken, out var token).ShouldBeTrue();
        return new()
        {
            RunId = token.RunId,
            ScopeId = token.ScopeId,
            Token = token.Token,
            Output = JsonElement.Parse("{}"),
            Journal = [.. entries.Select(entry => new JournalEntry { Kind = "noted", Value = JsonSerializer.SerializeToElement(entry) })],
        };
    }

    private async Task SendAsync(NodeSucceeded result, Guid messageId)
    {
        var endpoint = await _flow.Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri($"queue:{QueueNames.NodeSucceeded}"));
        await endpoint.Send(result, send => send.MessageId = messageId);
    }

    private async Task SendPlainAsync(string body)
    {
        var endpoint = await _flow.Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri($"queue:{QueueNames.NodeSucceeded}"));
        await endpoint.Send(new Placeholder(), send => send.Serializer = new PlainBody(body));
    }

    private async Task<bool> IsConsumedAsync(Guid messageId)
    {
        await using var scope = _flow.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<OrchestratorDbContext>().Set<InboxEntry>().AnyAsync(entry => entry.MessageId == messageId);
    }

    private async Task<IReadOnlyList<JournalRecord>> JournalAsync(Guid runId, int take = 100)
    {
        var all = new List<JournalRecord>();
        for (long? after = 0; after is { } id;)
        {
            var page = (await _flow.Http.GetFromJsonAsync<RunJournalPage>($"/v1/runs/{runId}/journal?after={id}&take={take}", JsonSerializerOptions.Web))!;
            page.Entries.Count.ShouldBeLessThanOrEqualTo(take);
            all.AddRange(page.Entries);
            after = page.Next;
        }

        return all;
    }

    private async Task<JsonElement> NoteAsync(JsonElement input, NodeContext context)
    {
        var key = input.GetProperty("key").GetString()!;
        var count = input.TryGetProperty("count", out var number) ? number.GetInt32() : 2;
        var length = input.TryGetProperty("length", out var longer) ? longer.GetInt32() : 0;
        for (var i = 0; i < count; i++)
            context.Journal.Append("noted", $"{key} {i}".PadRight(length, '.'));
        _calls.AddOrUpdate(key, 1, (_, n) => n + 1);
        if (input.TryGetProperty("gated", out _))
            await _gate.Task;
        if (input.TryGetProperty("beside", out _) && Interlocked.Increment(ref _noting) == 2)
            _bothNote.SetResult();
        if (input.TryGetProperty("beside", out _))
            await _bothNote.Task;
        return _broken.TryRemove(key, out _) ? throw new InvalidOperationException($"{key} is broken") : input;
    }

    /// <summary>Stands for a body that is sent as it is.</summary>
    public sealed record Placeholder;

    private sealed class PlainBody(string text) : IMessageSerializer
    {
        public ContentType ContentType { get; } = new("application/json");

        public MessageBody GetMessageBody<T>(SendContext<T> context)
            where T : class => new StringMessageBody(text);
    }

    private static async Task<string[]> ReadJournalAsync(JsonElement input, NodeContext context)
    {
        var read = new List<string>();
        await foreach (var record in context.Journal.ReadAsync())
            read.Add(record.Value.GetString() is { Length: > 20 } text ? text[..20] : record.Value.GetString()!);
        return [.. read];
    }
}
