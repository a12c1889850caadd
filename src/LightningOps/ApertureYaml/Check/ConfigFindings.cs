using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace LightningOps.ApertureYaml.Check;

/// <summary>The diagnostics of one check: at most 1,000 per code; the rest are counted.</summary>
internal sealed class ConfigFindings(ApertureVersions versions = ApertureVersions.All)
{
    private const int MaxPerCode = 1_000;

    private readonly Dictionary<string, List<ApertureConfigDiagnostic>> byCode = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> leftOut = new(StringComparer.Ordinal);
    private ApertureVersions stopped;

    /// <summary>The versions the file is for. Findings that concern only other versions are not reported.</summary>
    public ApertureVersions Versions { get; } = versions;

    /// <summary>Whether only errors are wanted. Warnings that take long to find are then skipped.</summary>
    public bool IsForErrors { get; init; }

    /// <summary>Whether every finding is listed.</summary>
    public bool ListsAll { get; init; }

    /// <summary>Reports a setting that keeps Aperture from starting, or that fails, is free or is lost at run time.</summary>
    /// <param name="code">Stable code.</param>
    /// <param name="message">What is wrong and the remedy.</param>
    /// <param name="at">Where.</param>
    /// <param name="path">The setting.</param>
    /// <param name="suggestion">The known key nearest to an unknown one.</param>
    /// <param name="stops">The versions that do not start.</param>
    public void Error(string code, string message, TextPosition at, string path = "", string? suggestion = null, ApertureVersions stops = ApertureVersions.All) =>
        Add(code, DiagnosticSeverity.Error, message, at, path, suggestion, stops);

    public void Warn(string code, string message, TextPosition at, string path = "", string? suggestion = null) =>
        Add(code, DiagnosticSeverity.Warn, message, at, path, suggestion, ApertureVersions.None);

    public void Info(string code, string message, TextPosition at, string path = "") =>
        Add(code, DiagnosticSeverity.Info, message, at, path, null, ApertureVersions.None);

    /// <summary>Whether another diagnostic of the code would be listed.</summary>
    public bool HasRoom(string code) => !byCode.TryGetValue(code, out var found) || found.Count < MaxPerCode;

    /// <summary>Whether a key was found that its mapping has already.</summary>
    public bool HasDuplicates => byCode.ContainsKey("duplicate_key");

    /// <summary>Whether a key was found there that its mapping has already.</summary>
    public bool IsDuplicateAt(TextPosition at) =>
        byCode.TryGetValue("duplicate_key", out var found) && found.Exists(known => known.Line == at.Line && known.Column == at.Column);

    /// <summary>What was found, by place.</summary>
    public ApertureConfigReport ToReport()
    {
        var all = byCode.Values.SelectMany(found => found)
            .OrderBy(found => found.Line).ThenBy(found => found.Column).ThenBy(found => found.Code, StringComparer.Ordinal)
            .Concat(leftOut.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(Truncated))
            .ToArray();
        return new ApertureConfigReport
        {
            Starts = (stopped & Versions) == ApertureVersions.None,
            Valid = all.All(found => found.Severity != DiagnosticSeverity.Error),
            Diagnostics = all,
        };
    }

    private void Add(string code, DiagnosticSeverity severity, string message, TextPosition at, string path, string? suggestion, ApertureVersions stops)
    {
        stopped |= stops;
        if (!byCode.TryGetValue(code, out var found))
        {
            byCode[code] = found = new List<ApertureConfigDiagnostic>();
        }

        if (found.Count == MaxPerCode && !ListsAll)
        {
            leftOut[code] = leftOut.TryGetValue(code, out var count) ? count + 1 : 1;
            return;
        }

        found.Add(new ApertureConfigDiagnostic
        {
            Code = code,
            Severity = severity,
            Message = TerminalText.Clean(message),
            Line = at.Line,
            Column = at.Column,
            Path = path,
            Suggestion = suggestion,
            Stops = stops,
        });
    }

    private ApertureConfigDiagnostic Truncated(KeyValuePair<string, int> leftOut) => new()
    {
        Code = "diagnostics_truncated",
        Severity = DiagnosticSeverity.Info,
        Message = leftOut.Value.ToString("N0", CultureInfo.InvariantCulture) + " more of " + leftOut.Key + " are not listed",
        Line = byCode[leftOut.Key][MaxPerCode - 1].Line,
        Column = 1,
    };
}
