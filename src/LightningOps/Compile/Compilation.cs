using System;
using System.Collections.Generic;

namespace LightningOps.Compile;

/// <summary>What a rendering gives: rules in order, diagnostics, and the artifact unless a diagnostic is an error.</summary>
internal sealed record Compilation(IReadOnlyList<CompiledRule> Rules, IReadOnlyList<Diagnostic> Diagnostics, ReadOnlyMemory<byte>? Artifact)
{
    public static Compilation Failed(IReadOnlyList<Diagnostic> diagnostics) => new(Array.Empty<CompiledRule>(), diagnostics, null);
}
