using System.ComponentModel.DataAnnotations;
using Flow.StatesLanguage;

namespace Flow.Orchestrator.Payloads;

/// <summary>Settings <c>Flow:*</c> that are about payloads.</summary>
public sealed class PayloadOptions
{
    public const string Section = "Flow";

    /// <summary>
    /// <c>Flow:MaxPayloadBytes</c>: largest input of a run, input of a node, result and output of a node, in bytes of JSON. Default 262,144 (256 KiB, as in Step Functions);
    /// from 1,024 to 67,108,864.
    /// </summary>
    [Range(1_024, 67_108_864)]
    public int MaxPayloadBytes { get; set; } = Execution.DefaultMaxPayloadBytes;
}
