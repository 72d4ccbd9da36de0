using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Flow.Orchestrator.Storage;

/// <summary>Columns are called as SQL users write them: <c>started_at</c>.</summary>
internal static class SnakeCase
{
    public static void Apply(ModelBuilder model)
    {
        foreach (var property in model.Model.GetEntityTypes().SelectMany(e => e.GetProperties()))
            if (property.FindAnnotation("Relational:ColumnName") is null)
                property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
    }
}

/// <summary>SQLite has no timestamps: UTC text of fixed width sorts and reads right.</summary>
internal sealed class SortableTimestamp() : ValueConverter<DateTimeOffset, string>(
    moment => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fffffff'Z'"),
    text => DateTimeOffset.ParseExact(text, "yyyy-MM-dd HH:mm:ss.fffffff'Z'", null, System.Globalization.DateTimeStyles.AssumeUniversal));
