namespace LightningOps.ApertureYaml.Check;

/// <summary>
/// Keeps aliases and merge keys from costing more than the file's own size: each character counts once when it is read
/// and each node once each time it is looked at, and the looks may exceed the reads by a million.
/// </summary>
internal sealed class ExpansionLimit
{
    private const long Allowance = 1_000_000;

    private long balance = Allowance;

    /// <summary>Counts characters of the file.</summary>
    public void CountRead(int characters) => balance += characters;

    /// <summary>Counts looks at nodes.</summary>
    /// <exception cref="ApertureConfigFormatException">The aliases of the file expand too far.</exception>
    public void CountVisits(int nodes, TextPosition at)
    {
        balance -= nodes;
        if (balance < 0)
        {
            throw new ApertureConfigFormatException("aliases that expand to more than a million values", "Write the settings in full instead of referring to anchors.", at.Line, at.Column);
        }
    }
}
