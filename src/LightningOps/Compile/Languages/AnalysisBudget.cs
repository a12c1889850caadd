namespace LightningOps.Compile.Languages;

/// <summary>
/// Work one caller is ready to pay for, in units of one automaton transition walked; shared by all questions it
/// asks, so that hostile input ends. Not thread-safe.
/// </summary>
internal sealed class AnalysisBudget
{
    /// <summary>A budget of <paramref name="units"/> transitions.</summary>
    public AnalysisBudget(long units) => Remaining = units;

    /// <summary>Units left; never negative.</summary>
    public long Remaining { get; private set; }

    /// <summary>True once a request for units was refused; all later ones are refused too.</summary>
    public bool Exhausted { get; private set; }

    /// <summary>Takes <paramref name="units"/>, or refuses and marks the budget exhausted.</summary>
    public bool TrySpend(long units)
    {
        if (Exhausted || units > Remaining)
        {
            Exhausted = true;
            return false;
        }

        Remaining -= units;
        return true;
    }
}
