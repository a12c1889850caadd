namespace LightningOps.Compile.Languages;

/// <summary>The texts an automaton accepts.</summary>
internal sealed class AutomatonLanguage(IAutomaton automaton) : RegularLanguage
{
    /// <inheritdoc/>
    public override string? UnanalyzableReason => null;

    /// <inheritdoc/>
    public override string LiteralPrefix => string.Empty;

    /// <inheritdoc/>
    public override string LiteralSuffix => string.Empty;

    /// <inheritdoc/>
    internal override IAutomaton Automaton => automaton;

    /// <inheritdoc/>
    public override bool Matches(string text) => automaton.Accepts(text);
}
