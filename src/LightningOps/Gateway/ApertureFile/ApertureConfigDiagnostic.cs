using System;
using LightningOps.Compile;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>One thing a check has to say about an aperture.yaml.</summary>
public sealed record ApertureConfigDiagnostic
{
    /// <summary>Stable code in snake case, for example <c>unknown_key</c>.</summary>
    public required string Code { get; init; }

    /// <summary>
    /// Error: Aperture does not start, or the service cannot work or would be open for free.
    /// Warn: Aperture ignores it or does something else than it seems to say. Info: what the file needs around it.
    /// </summary>
    public required DiagnosticSeverity Severity { get; init; }

    /// <summary>What is wrong and the remedy, in one sentence.</summary>
    public required string Message { get; init; }

    /// <summary>Line of the file, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>Column of the line, from 1, in UTF-16 units.</summary>
    public required int Column { get; init; }

    /// <summary>The setting concerned, for example <c>services[2].hostregexp</c>; empty for the file as a whole.</summary>
    public string Path { get; init; } = string.Empty;

    /// <summary>The known key nearest to an unknown one, when one is near.</summary>
    public string? Suggestion { get; init; }

    /// <summary>Place, severity, code, path and message on one line.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{Line}:{Column} {Severity.ToString().ToLowerInvariant()} {Code}{(Path.Length == 0 ? string.Empty : " " + Path)}: {Message}");
}
