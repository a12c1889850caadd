using System.Collections.Generic;

namespace LightningOps.HelpCompiler;

/// <summary>A parameter of a page.</summary>
/// <param name="Name">Without the dash.</param>
/// <param name="Description">Paragraphs.</param>
/// <param name="Uses">Binding: one entry for all parameter sets, or one per set where they differ.</param>
public sealed record HelpParameter(string Name, IReadOnlyList<string> Description, IReadOnlyList<ParameterUse> Uses);
