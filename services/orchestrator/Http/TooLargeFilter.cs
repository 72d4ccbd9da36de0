using Flow.Transports;
using MassTransit;

namespace Flow.Orchestrator.Http;

/// <summary>What a request says but no message can carry is refused with its size.</summary>
internal sealed class TooLargeFilter : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (MessageTooLargeException exception)
        {
            return Problems.TooLarge(exception.Message);
        }
        catch (MassTransitException exception) when (exception.GetBaseException() is MessageTooLargeException tooLarge)
        {
            return Problems.TooLarge(tooLarge.Message);
        }
    }
}
