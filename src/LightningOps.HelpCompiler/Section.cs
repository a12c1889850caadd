using System.Collections.Generic;
using Markdig.Syntax;

namespace LightningOps.HelpCompiler;

/// <summary>A heading with its content.</summary>
internal sealed record Section(string Name, int Line, IReadOnlyList<Block> Blocks);
