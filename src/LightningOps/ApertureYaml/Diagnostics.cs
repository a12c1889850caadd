using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Serialization;

namespace LightningOps.ApertureYaml;

/// <summary>A finding of a check of an aperture.yaml.</summary>
public sealed record ApertureConfigDiagnostic
{
    /// <summary>Stable code in snake case, for example <c>unknown_key</c>.</summary>
    public required string Code { get; init; }

    /// <summary>
    /// Error: Aperture does not start, or something fails, is free or is lost at run time. Warn: Aperture ignores the
    /// setting or reads it differently than it looks. Info: the file needs something around it.
    /// </summary>
    public required DiagnosticSeverity Severity { get; init; }

    /// <summary>What is wrong and the remedy, in one sentence.</summary>
    public required string Message { get; init; }

    /// <summary>Line of the file, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>Column of the line, from 1, in UTF-16 units.</summary>
    public required int Column { get; init; }

    /// <summary>The setting, for example <c>services[2].hostregexp</c>; empty for the file as a whole.</summary>
    public string Path { get; init; } = string.Empty;

    /// <summary>The known key nearest to an unknown one, if one is near.</summary>
    public string? Suggestion { get; init; }

    /// <summary>The versions of Aperture that do not start because of it.</summary>
    public ApertureVersions Stops { get; init; }

    // The command line of Aperture may set them.
    private static readonly string[] SetElsewhere = ["listenaddr_missing", "authenticator_missing"];

    /// <summary>Whether no recorded version of Aperture starts because of it, whatever its command line sets.</summary>
    internal bool StopsAperture => Severity == DiagnosticSeverity.Error && Stops == ApertureVersions.All && !SetElsewhere.Contains(Code);

    /// <summary>Place, severity, code, path and message on one line.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{Line}:{Column} {Severity.ToString().ToLowerInvariant()} {Code}{(Path.Length == 0 ? string.Empty : " " + Path)}: {Message}");
}

/// <summary>Versions of Aperture whose behaviour was recorded.</summary>
[Flags]
public enum ApertureVersions
{
    /// <summary>No version.</summary>
    None = 0,

    /// <summary>The release v0.5.0.</summary>
    V050 = 1,

    /// <summary>The main branch after v0.5.0, as of August 2026.</summary>
    Main = 2,

    /// <summary>Both.</summary>
    All = V050 | Main,
}

/// <summary>The outcome of checking an aperture.yaml.</summary>
public sealed record ApertureConfigReport
{
    /// <summary>Whether each requested version of Aperture starts with the file.</summary>
    public required bool Starts { get; init; }

    /// <summary>
    /// Whether no diagnostic is an error: Aperture starts, and nothing fails, is free or is lost at run time. An
    /// invalid file may still start.
    /// </summary>
    public required bool Valid { get; init; }

    /// <summary>The findings in file order: at most 1,000 per code, and one that counts the rest.</summary>
    public required IReadOnlyList<ApertureConfigDiagnostic> Diagnostics { get; init; }

    /// <summary>
    /// The findings because of which Aperture does not start. A byte order mark is one where the setting that it hides
    /// is required.
    /// </summary>
    internal IReadOnlyList<ApertureConfigDiagnostic> FindStops() =>
        Diagnostics.Where(found => found.StopsAperture || (found.Code == "byte_order_mark" && !Starts)).ToArray();

    /// <summary>Number of diagnostics of each severity, for example <c>1 error, 2 warn</c>, or <c>none</c>.</summary>
    [JsonIgnore]
    public string DiagnosticsSummary => DiagnosticsText.Summarize(Diagnostics.Select(static diagnostic => diagnostic.Severity));
}

/// <summary>An aperture.yaml that cannot be read or edited; no value of the file is repeated.</summary>
public sealed class ApertureConfigFormatException : LightningOpsException
{
    /// <summary>Creates the failure for one place of the file.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="remedy">The recommended action.</param>
    /// <param name="line">Line of the file, from 1.</param>
    /// <param name="column">Column of the line, from 1.</param>
    public ApertureConfigFormatException(string message, string remedy, int line, int column)
        : base("ApertureConfigFormatError", At(message, line, column), remedy)
    {
        Reason = message;
        Line = line;
        Column = column;
    }

    /// <summary>What is wrong, without the place.</summary>
    public string Reason { get; }

    /// <summary>Line of the file, from 1.</summary>
    public int Line { get; }

    /// <summary>Column of the line, from 1.</summary>
    public int Column { get; }

    private static string At(string message, int line, int column) =>
        System.FormattableString.Invariant($"line {line}, column {column}: {message}");
}
