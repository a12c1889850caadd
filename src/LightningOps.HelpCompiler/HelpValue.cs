using System.Collections.Generic;

namespace LightningOps.HelpCompiler;

/// <summary>An input or output type of a cmdlet.</summary>
/// <param name="Type">Its full name, or <c>None</c>.</param>
/// <param name="Description">Paragraphs.</param>
public sealed record HelpValue(string Type, IReadOnlyList<string> Description);
