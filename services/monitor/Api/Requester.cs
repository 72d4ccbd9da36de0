namespace Flow.Monitor.Api;

/// <summary>Who asks, for the audit: the credential's name where there is one, else what the caller says of itself, and where it calls from.</summary>
internal static class Requester
{
    public const string Header = "X-Requested-By";

    private const int MaxLength = 100;

    public static string Of(HttpContext http)
    {
        if (http.User.Identity is { IsAuthenticated: true, Name: { Length: > 0 } name })
            return name;
        var said = http.Request.Headers[Header].ToString().Trim();
        var who = said.Length == 0 ? "unnamed" : said.Length > MaxLength ? said[..MaxLength] : said;
        return $"{who} at {http.Connection.RemoteIpAddress?.ToString() ?? "an unknown address"}";
    }
}

/// <summary>Refuses what a page of another site has a browser send: such a request names its origin.</summary>
internal static class SameOrigin
{
    public static async ValueTask<object?> CheckAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        var origin = request.Headers.Origin.ToString();
        if (HttpMethods.IsGet(request.Method) || origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase)))
            return await next(context);
        return Results.Problem(statusCode: StatusCodes.Status403Forbidden, detail: $"The request comes from a page of {origin}, not from one of this monitor.");
    }
}
