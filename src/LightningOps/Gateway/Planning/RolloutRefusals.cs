using System.Linq;
using LightningOps.ApertureYaml;

namespace LightningOps.Gateway.Planning;

/// <summary>Why a gateway cannot carry a roll-out.</summary>
internal static class RolloutRefusals
{
    public static Diagnostic Create(string code, string message) =>
        new() { Code = code, Severity = DiagnosticSeverity.Error, Message = message };

    /// <summary>The refusal of a file whose services cannot be edited, with the remedy.</summary>
    public static Diagnostic ForFile(ApertureConfigFormatException fault) => Create("file_not_spliceable", fault.Message + ". " + fault.Remedy.TrimEnd('.'));

    /// <summary>The refusal of an artifact that Aperture cannot read, or null.</summary>
    public static Diagnostic? ForAperture(GatewayRollout rollout) =>
        rollout.Rules.Any(rule => rule.HostRegexp is null)
            ? Create("artifact_not_for_gateway", "The gateway accepts only the Aperture rendering, and this is the route document")
            : null;
}
