using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Serialization;
using LightningOps.Compile;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>The outcome of checking an aperture.yaml.</summary>
public sealed class ApertureConfigReport
{
    /// <summary>Whether no diagnostic is an error.</summary>
    public required bool Valid { get; init; }

    /// <summary>What was found, in the order of the file; at most 1,000 of a code and one that counts the rest.</summary>
    public required IReadOnlyList<ApertureConfigDiagnostic> Diagnostics { get; init; }

    /// <summary>Number of diagnostics of each severity, for example <c>1 error, 2 warn</c>, or <c>none</c>.</summary>
    [JsonIgnore]
    public string DiagnosticsSummary => DiagnosticsText.Summarize(Diagnostics.Select(static diagnostic => diagnostic.Severity));
}
