using System.Globalization;
using System.Net.Http.Json;
using Flow.Contracts.Api;

namespace Flow.Client;

/// <summary>The calls of <see cref="IFlowMonitorClient"/> as HTTP requests.</summary>
internal sealed class HttpFlowMonitorClient(HttpCaller http, string requestedBy) : IFlowMonitorClient
{
    private const string Letters = "v1/dead-letters";

    public Task<Page<DeadLetter>> ListDeadLettersAsync(DeadLetterFilter? filter = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        http.SendAsync<Page<DeadLetter>>(
            () => new(HttpMethod.Get, HttpCaller.WithQuery(
                Letters,
                ("status", filter?.Status?.ToString()),
                ("kind", filter?.Kind?.ToString()),
                ("queue", filter?.Queue),
                ("workflow", filter?.Workflow),
                ("node", filter?.Node),
                ("fingerprint", filter?.Fingerprint),
                ("runId", filter?.RunId?.ToString()),
                ("from", filter?.From?.ToString("O", CultureInfo.InvariantCulture)),
                ("to", filter?.To?.ToString("O", CultureInfo.InvariantCulture)),
                ("text", filter?.Text),
                ("limit", limit?.ToString(CultureInfo.InvariantCulture)),
                ("cursor", cursor))),
            cancellationToken);

    public Task<DeadLetterDetails> GetDeadLetterAsync(Guid id, CancellationToken cancellationToken = default) => GetAsync<DeadLetterDetails>($"{Letters}/{id}", cancellationToken);

    public Task<DeadLetterAct> ReplayDeadLetterAsync(Guid id, ReplayDeadLetter? edit = null, CancellationToken cancellationToken = default) =>
        PostAsync($"{Letters}/{id}/replay", edit ?? new ReplayDeadLetter(), cancellationToken);

    public Task<DeadLetterAct> ReplayDeadLettersAsync(DeadLetterSelection selection, CancellationToken cancellationToken = default) => PostAsync($"{Letters}/replay", selection, cancellationToken);

    public Task<DeadLetterAct> ArchiveDeadLettersAsync(DeadLetterSelection selection, CancellationToken cancellationToken = default) => PostAsync($"{Letters}/archive", selection, cancellationToken);

    public Task<DeadLetterAct> DeleteDeadLettersAsync(DeadLetterSelection selection, CancellationToken cancellationToken = default) => PostAsync($"{Letters}/delete", selection, cancellationToken);

    public Task<Page<DeadLetterAct>> ListDeadLetterActsAsync(CancellationToken cancellationToken = default) => GetAsync<Page<DeadLetterAct>>($"{Letters}/acts", cancellationToken);

    public Task<DeadLetterAct> GetDeadLetterActAsync(Guid id, CancellationToken cancellationToken = default) => GetAsync<DeadLetterAct>($"{Letters}/acts/{id}", cancellationToken);

    private Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) => http.SendAsync<T>(() => new(HttpMethod.Get, path), cancellationToken);

    private Task<DeadLetterAct> PostAsync<T>(string path, T body, CancellationToken cancellationToken) => http.SendAsync<DeadLetterAct>(
        () =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, options: HttpCaller.Json) };
            // A header holds no more than ASCII.
            request.Headers.TryAddWithoutValidation("X-Requested-By", string.Concat(requestedBy.Select(c => c is >= ' ' and <= '~' ? c : '?')));
            return request;
        },
        cancellationToken);
}
