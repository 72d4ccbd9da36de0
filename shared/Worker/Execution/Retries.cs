using Flow.Worker.Policies;
using Microsoft.Extensions.Logging;

namespace Flow.Worker.Execution;

/// <summary>Calls a handler again, within its attempt, after errors that another call may not have.</summary>
internal sealed class Retries(FailureReport failures, WorkerTelemetry telemetry, TimeProvider time, ILogger<Retries> logger)
{
    /// <summary>Calls until it goes well, or another call has no prospect or no time.</summary>
    /// <param name="handler">Name of the handler.</param>
    /// <param name="rules">When to call again.</param>
    /// <param name="gate">What each further call waits for.</param>
    /// <param name="flight">The item.</param>
    /// <param name="call">Calls it once.</param>
    /// <returns>What the last call gave.</returns>
    public async Task<Outcome> Run(string handler, RetryRules rules, HandlerGate gate, Flight flight, Func<Task<Outcome>> call)
    {
        flight.MaxCalls = rules.MaxAttempts;
        for (var calls = 1; ; calls++)
        {
            TimeSpan? delay = null;
            string error;
            try
            {
                var outcome = await call();
                if (outcome is not Outcome.Failed failed)
                    return outcome;
                delay = Delay(failed.Error, null);
                if (delay is null)
                    return outcome;
                error = failed.Error;
            }
            catch (Exception e) when (!flight.Token.IsCancellationRequested && (delay = Delay(failures.ErrorName(e), e)) is not null)
            {
                error = failures.ErrorName(e);
                logger.LogDebug(e, "Call {Calls} of handler {Handler} failed.", calls, handler);
            }

            logger.LogInformation(
                "Call {Calls} of handler {Handler} failed with {Error}; the next of {MaxAttempts} is in {DelaySeconds} s.", calls, handler, error, rules.MaxAttempts, delay!.Value.TotalSeconds);
            telemetry.Retry(handler, error);
            flight.Call = calls + 1;
            await Task.Delay(delay.Value, time, flight.Token);
            await gate.AgainAsync(flight.RateKey, flight.Token);

            TimeSpan? Delay(string name, Exception? exception) =>
                rules.NextDelay(calls, name, exception, time.GetUtcNow() - flight.StartedAt, flight.Timeout, Random.Shared.NextDouble());
        }
    }
}
