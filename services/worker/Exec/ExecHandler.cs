using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Flow.Worker;
using Microsoft.Extensions.Options;

namespace Flow.StockWorker.Exec;

/// <summary>A command to run.</summary>
/// <param name="Command">A name from the allow-list.</param>
/// <param name="Arguments">Passed as they are; no shell reads them.</param>
internal sealed record ExecInput(string Command, IReadOnlyList<string>? Arguments = null);

/// <summary>
/// Runs an allowed program: no shell, the node's whole input as JSON on standard input, and of the worker's environment only what programs need to run at all, so that no
/// secret of the worker reaches them. Its standard output is the node's output: as JSON where it is JSON, else as text.
/// </summary>
[NodeHandler("exec")]
internal sealed class ExecHandler(IOptions<ExecHandlerOptions> options) : INodeHandler<ExecInput, JsonElement>
{
    private const int MaxErrorTail = 4_096;

    private static readonly string[] KeptVariables = ["PATH", "HOME", "LANG", "TZ", "TMPDIR", "SystemRoot", "TEMP"];

    public async Task<Transition<JsonElement>> HandleAsync(ExecInput input, NodeContext context)
    {
        if (!options.Value.Enabled)
            return Transition.Abort("Exec.Disabled", $"This worker runs no commands; set {ExecHandlerOptions.Section}:Enabled and {ExecHandlerOptions.Section}:Commands.");
        if (!options.Value.Commands.TryGetValue(input.Command, out var path))
        {
            return Transition.Abort(
                "Exec.NotAllowed",
                $"'{input.Command}' is not among the allowed commands ({ExecHandlerOptions.Section}:Commands): {string.Join(", ", options.Value.Commands.Keys.Order(StringComparer.Ordinal))}.");
        }

        using var process = new Process { StartInfo = StartInfo(path, input, context) };
        process.Start();
        try
        {
            return await Run(process, input, context);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private async Task<Transition<JsonElement>> Run(Process process, ExecInput input, NodeContext context)
    {
        var limit = options.Value.MaxOutputBytes;
        var output = ReadBounded(process.StandardOutput.BaseStream, limit, context.CancellationToken);
        var errors = ReadTail(process.StandardError, context.CancellationToken);
        await Feed(process, context);
        if (await output is not { } bytes)
            return Transition.Abort("Exec.OutputTooLarge", $"'{input.Command}' wrote more than {limit} bytes ({ExecHandlerOptions.Section}:{nameof(ExecHandlerOptions.MaxOutputBytes)}).");
        await process.WaitForExitAsync(context.CancellationToken);
        var tail = await errors;
        return process.ExitCode == 0
            ? Transition.Next(Parse(bytes))
            : Transition.Abort("Exec.Failed", $"'{input.Command}' ended with exit code {process.ExitCode}: {tail}", new { process.ExitCode, Stderr = tail });
    }

    private static ProcessStartInfo StartInfo(string path, ExecInput input, NodeContext context)
    {
        var start = new ProcessStartInfo(path, input.Arguments ?? [])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment.Clear();
        foreach (var name in KeptVariables)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
                start.Environment[name] = value;
        }

        start.Environment["FLOW_RUN_ID"] = context.RunId.ToString();
        start.Environment["FLOW_TOKEN"] = context.Token.ToString();
        start.Environment["FLOW_NODE"] = context.Node;
        start.Environment["FLOW_ATTEMPT"] = context.Attempt.ToString();
        return start;
    }

    private static async Task Feed(Process process, NodeContext context)
    {
        try
        {
            await process.StandardInput.WriteAsync(context.Input.GetRawText().AsMemory(), context.CancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // A program need not read its input.
        }
    }

    private static async Task<byte[]?> ReadBounded(Stream stream, int limit, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[16_384];
        for (int read; (read = await stream.ReadAsync(chunk, cancellationToken)) > 0;)
        {
            if (buffer.Length + read > limit)
                return null;
            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }

    private static async Task<string> ReadTail(StreamReader reader, CancellationToken cancellationToken)
    {
        var tail = new StringBuilder();
        var chunk = new char[4_096];
        for (int read; (read = await reader.ReadAsync(chunk, cancellationToken)) > 0;)
        {
            tail.Append(chunk, 0, read);
            if (tail.Length > MaxErrorTail)
                tail.Remove(0, tail.Length - MaxErrorTail);
        }

        return tail.ToString().Trim();
    }

    private static JsonElement Parse(byte[] output)
    {
        try
        {
            return JsonElement.Parse(output);
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(Encoding.UTF8.GetString(output));
        }
    }
}
