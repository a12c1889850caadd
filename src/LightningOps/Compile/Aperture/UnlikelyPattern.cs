using System;
using System.Linq;

namespace LightningOps.Compile.Aperture;

/// <summary>Why a pattern matches nothing that its author can have meant.</summary>
/// <param name="Reason">One clause for people.</param>
/// <param name="Candidates">Patterns that were probably meant.</param>
internal sealed record UnlikelyPattern(string Reason, params string[] Candidates)
{
    /// <summary>The remedy in words if no pattern can be written out; null for none.</summary>
    public string? Advice { get; init; }

    /// <summary>The patterns that were probably meant, or null when they are not known.</summary>
    public string? Intent => Candidates.Length == 0 ? Advice : string.Join(" or ", Candidates);

    /// <summary>The same with the candidates that pass the checks of patterns.</summary>
    /// <param name="isSound">Whether a pattern passes.</param>
    public UnlikelyPattern Keep(Func<string, bool> isSound) =>
        this with { Candidates = Candidates.Where(isSound).ToArray() };
}
