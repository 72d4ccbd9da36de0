using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Hosting.Metrics;

internal static class MetricsEndpoint
{
    public static void MapMetrics(this WebApplication app)
    {
        // Resolved now, so that it hears every instrument from the first measurement on.
        var collector = app.Services.GetRequiredService<MetricsCollector>();
        app.MapGet("/metrics", () =>
        {
            using var text = new StringWriter(CultureInfo.InvariantCulture);
            collector.Write(text);
            return Results.Text(text.ToString(), PrometheusText.ContentType);
        }).DisableHttpMetrics().ExcludeFromDescription();
    }
}
