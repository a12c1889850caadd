namespace LightningOps.Gateway.ApertureFile;

/// <summary>Where services go in a text.</summary>
/// <param name="Start">Index of the first character to replace, at the start of a line unless a line end is needed.</param>
/// <param name="End">Index after the last character to replace.</param>
/// <param name="Indent">Spaces before the keys of the document.</param>
/// <param name="NeedsLineEnd">Whether the text before ends within a line.</param>
internal readonly record struct ServicesPlace(int Start, int End, int Indent, bool NeedsLineEnd);
