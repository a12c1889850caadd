using System.Collections.Generic;
using Markdig.Syntax;

namespace LightningOps.HelpCompiler;

/// <summary>A heading and what stands under it.</summary>
internal sealed record Section(string Name, int Line, IReadOnlyList<Block> Blocks);
