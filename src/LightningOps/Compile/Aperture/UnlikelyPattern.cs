namespace LightningOps.Compile.Aperture;

/// <summary>Why a pattern matches nothing that its author can have meant.</summary>
/// <param name="Reason">One clause for people.</param>
/// <param name="Intent">The pattern that was probably meant, or null when it is not known.</param>
internal sealed record UnlikelyPattern(string Reason, string? Intent);
