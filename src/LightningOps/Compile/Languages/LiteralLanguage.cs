using System;

namespace LightningOps.Compile.Languages;

/// <summary>Just one text.</summary>
internal sealed class LiteralLanguage(string text) : RegularLanguage
{
    /// <inheritdoc/>
    public override string? UnanalyzableReason => null;

    /// <inheritdoc/>
    public override string LiteralPrefix => text;

    /// <inheritdoc/>
    public override string LiteralSuffix => text;

    /// <inheritdoc/>
    internal override IAutomaton Automaton => new TextTrie(new[] { text }, Array.Empty<string>());

    /// <inheritdoc/>
    public override bool TryGetLiteral(out string literal)
    {
        literal = text;
        return true;
    }

    /// <inheritdoc/>
    public override bool Matches(string candidate) => string.Equals(text, candidate, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => "literal " + text;

    /// <inheritdoc/>
    internal override bool IsWrittenAs(RegularLanguage other) =>
        other.TryGetLiteral(out var literal) && Matches(literal);
}
