namespace LightningOps.Compile.Aperture;

/// <summary>Why a pattern matches nothing its author can have meant.</summary>
/// <param name="Reason">One clause for people.</param>
/// <param name="Intent">The pattern that was probably meant, or null when none can be named.</param>
internal sealed record UnlikelyPattern(string Reason, string? Intent);
