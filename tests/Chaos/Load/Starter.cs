using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Flow.Chaos.Tests;

/// <summary>
/// A client that starts runs over HTTP and over AMQP in turn, as the documents ask of one: it repeats a start, under the same run id, until it was accepted.
/// </summary>
internal sealed class Starter(Uri broker, Func<int, HttpClient> orchestrator) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AttemptLimit = TimeSpan.FromSeconds(4);

    private readonly SemaphoreSlim _turn = new(1);
    private IConnection? _connection;
    private IChannel? _channel;

    /// <summary>Returns once the run was accepted: answered with 202, or confirmed by the broker.</summary>
    public async Task StartAsync(int n, Guid runId, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToElement(new { workflow = Workload.Workflow, runId, input = JsonElement.Parse(Workload.Input(n)) });
        for (var attempt = 0; ; attempt++)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(AttemptLimit);
            try
            {
                if (n % 2 == 0 ? await PostAsync(body, n + attempt, limit.Token) : await PublishAsync(body, limit.Token))
                    return;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested
                && e is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException
                    or BrokerUnreachableException or AlreadyClosedException or OperationInterruptedException or PublishException)
            {
                // Not accepted, or not known whether: again.
            }

            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await DisconnectAsync();
        _turn.Dispose();
    }

    private async Task<bool> PostAsync(JsonElement body, int which, CancellationToken cancellationToken)
    {
        var answer = await orchestrator(which).PostAsJsonAsync("/v1/runs", body, cancellationToken);
        if (answer.IsSuccessStatusCode)
            return true;
        if ((int)answer.StatusCode < 500)
            throw new InvalidOperationException($"A start was refused ({answer.StatusCode}): {await answer.Content.ReadAsStringAsync(cancellationToken)}");
        return false;
    }

    private async Task<bool> PublishAsync(JsonElement body, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_channel is not { IsOpen: true })
                await ConnectAsync(cancellationToken);
            var properties = new BasicProperties { ContentType = "application/json", DeliveryMode = DeliveryModes.Persistent };
            await _channel!.BasicPublishAsync("", "flow-start-run", mandatory: true, properties, Encoding.UTF8.GetBytes(body.GetRawText()), cancellationToken);
            return true;
        }
        catch
        {
            await DisconnectAsync();
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        await DisconnectAsync();
        var factory = new ConnectionFactory { Uri = broker, AutomaticRecoveryEnabled = false };
        _connection = await factory.CreateConnectionAsync(cancellationToken);
        _channel = await _connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);
    }

    private async Task DisconnectAsync()
    {
        _channel = null;
        if (_connection is null)
            return;
        try
        {
            await _connection.DisposeAsync();
        }
        catch (Exception e) when (e is IOException or AlreadyClosedException or OperationInterruptedException or OperationCanceledException or TimeoutException)
        {
            // The broker is gone; so is the connection.
        }

        _connection = null;
    }
}
