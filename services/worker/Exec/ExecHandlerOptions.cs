using Microsoft.Extensions.Options;

namespace Flow.StockWorker.Exec;

/// <summary>Settings of the handler <c>exec</c>, section <c>Flow:Worker:Exec</c>.</summary>
internal sealed class ExecHandlerOptions
{
    public const string Section = "Flow:Worker:Exec";

    /// <summary>Whether commands may run at all. Default false.</summary>
    public bool Enabled { get; set; }

    /// <summary>The commands that may run: the name an input uses, and the absolute path of the program.</summary>
    public Dictionary<string, string> Commands { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Largest standard output, in bytes. Default 200,000, which fits the default output limit; 1 to 67,108,864.</summary>
    public int MaxOutputBytes { get; set; } = 200_000;
}

internal sealed class ExecHandlerOptionsValidation : IValidateOptions<ExecHandlerOptions>
{
    private const int MaxOutputBytes = 67_108_864;

    public ValidateOptionsResult Validate(string? name, ExecHandlerOptions options)
    {
        List<string> faults = [];
        if (options.MaxOutputBytes is < 1 or > MaxOutputBytes)
            faults.Add($"{ExecHandlerOptions.Section}:{nameof(options.MaxOutputBytes)} is {options.MaxOutputBytes}; allowed are 1 to {MaxOutputBytes}.");
        if (options.Enabled)
        {
            if (options.Commands.Count == 0)
                faults.Add($"{ExecHandlerOptions.Section}:Commands is empty; name the programs that may run, each as {ExecHandlerOptions.Section}:Commands:<name> = <absolute path>.");
            faults.AddRange(options.Commands.Where(c => !Path.IsPathFullyQualified(c.Value) || !File.Exists(c.Value))
                .Select(c => $"{ExecHandlerOptions.Section}:Commands:{c.Key} is '{c.Value}'; it has to be the absolute path of a program that exists."));
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
