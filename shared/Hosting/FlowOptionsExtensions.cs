using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Flow.Hosting;

/// <summary>Options that stop the start-up with the setting's full name, its value and what is allowed.</summary>
public static class FlowOptionsExtensions
{
    /// <summary>Binds <typeparamref name="TOptions"/> to <paramref name="section"/> and validates it (data annotations, convertible values) when the host starts.</summary>
    /// <typeparam name="TOptions">The options, with data annotations on its properties.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="section">Section of the configuration, e.g. <c>Flow:Monitor</c>.</param>
    public static OptionsBuilder<TOptions> AddFlowOptions<TOptions>(this IServiceCollection services, string section)
        where TOptions : class =>
        services.AddOptions<TOptions>()
            .Configure<IConfiguration>((options, configuration) => Read(options, configuration.GetSection(section)))
            .ValidateOnStart();

    /// <summary>Reads and validates options at once, for choices made while services are registered.</summary>
    /// <typeparam name="TOptions">The options, with data annotations on its properties.</typeparam>
    /// <param name="configuration">The configuration.</param>
    /// <param name="section">Section of the configuration.</param>
    /// <exception cref="OptionsValidationException">A value is not allowed.</exception>
    public static TOptions GetFlowOptions<TOptions>(this IConfiguration configuration, string section)
        where TOptions : class, new()
    {
        var options = new TOptions();
        Read(options, configuration.GetSection(section));
        return options;
    }

    private static void Read<TOptions>(TOptions options, IConfigurationSection section)
        where TOptions : class
    {
        var failures = Unconvertible<TOptions>(section).ToList();
        if (failures.Count == 0)
        {
            section.Bind(options);
            failures.AddRange(Invalid(options, section.Path));
        }

        if (failures.Count > 0)
            throw new OptionsValidationException(Options.DefaultName, typeof(TOptions), failures);
    }

    private static IEnumerable<string> Unconvertible<TOptions>(IConfigurationSection section)
    {
        foreach (var property in typeof(TOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (section[property.Name] is not { Length: > 0 } text || !(type.IsEnum || type.IsPrimitive || type == typeof(TimeSpan)))
                continue;
            var expected = type.IsEnum ? "one of " + string.Join(", ", Enum.GetNames(type))
                : type == typeof(bool) ? "true or false"
                : type == typeof(TimeSpan) ? "a time as hh:mm:ss"
                : "a number";
            var valid = type.IsEnum ? Enum.GetNames(type).Contains(text, StringComparer.OrdinalIgnoreCase)
                : System.ComponentModel.TypeDescriptor.GetConverter(type).IsValid(text);
            if (!valid)
                yield return $"{section.Path}:{property.Name} is '{text}', but must be {expected}.";
        }
    }

    private static IEnumerable<string> Invalid<TOptions>(TOptions options, string path)
        where TOptions : class
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        foreach (var result in results)
        {
            var member = result.MemberNames.FirstOrDefault();
            var value = member is null ? null : typeof(TOptions).GetProperty(member)?.GetValue(options);
            yield return $"{path}{(member is null ? "" : ":" + member)} is '{value}': {result.ErrorMessage}";
        }
    }
}
