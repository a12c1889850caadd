using System;

namespace LightningOps.Compile.Languages;

/// <summary>One text and then anything.</summary>
internal sealed class PrefixLanguage(string prefix) : RegularLanguage
{
    private IAutomaton? _automaton;

    /// <inheritdoc/>
    public override string? UnanalyzableReason => null;

    /// <inheritdoc/>
    public override string LiteralPrefix => prefix;

    /// <inheritdoc/>
    public override string LiteralSuffix => string.Empty;

    /// <inheritdoc/>
    internal override IAutomaton Automaton => _automaton ??= new TextTrie(Array.Empty<string>(), new[] { prefix });

    /// <inheritdoc/>
    public override bool TryGetPrefix(out string text)
    {
        text = prefix;
        return true;
    }

    /// <inheritdoc/>
    public override bool Matches(string text) =>
        text.StartsWith(prefix, StringComparison.Ordinal) && CodePoints.AreVisible(text);

    /// <inheritdoc/>
    public override void ReleaseAutomaton() => _automaton = null;

    /// <inheritdoc/>
    public override string ToString() => "prefix " + prefix;

    /// <inheritdoc/>
    internal override bool IsWrittenAs(RegularLanguage other) =>
        other.TryGetPrefix(out var text) && string.Equals(prefix, text, StringComparison.Ordinal);
}
