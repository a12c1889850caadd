namespace LightningOps.Compile.Languages;

/// <summary>
/// How large an automaton may grow before its language counts as not analyzable.
/// </summary>
/// <param name="MaxDfaStates">States of the deterministic automaton; at most 65,000 whatever is given.</param>
/// <param name="MaxNfaStates">States of the nondeterministic automaton, after repeats are written out.</param>
/// <param name="MaxWork">Steps spent on making the deterministic automaton from the other.</param>
internal sealed record LanguageBounds(int MaxDfaStates, int MaxNfaStates, long MaxWork)
{
    /// <summary>2,000 states, from at most 10,000, in at most 1,000,000 steps (about ten milliseconds).</summary>
    public static LanguageBounds Default { get; } = new(2_000, 10_000, 1_000_000);
}
