namespace LightningOps.Gateway.ApertureFile;

/// <summary>
/// Keeps aliases and merge keys from costing more than the file's own size: each node counts once when it is read
/// and once each time it is looked at, and the looks may exceed the reads by a million.
/// </summary>
internal sealed class ExpansionLimit
{
    private const long Allowance = 1_000_000;

    private long _balance = Allowance;

    /// <summary>Counts a node of the file.</summary>
    public void CountRead() => _balance++;

    /// <summary>Counts looks at nodes.</summary>
    /// <exception cref="ApertureConfigFormatException">The aliases of the file expand too far.</exception>
    public void CountLooks(int nodes, TextPosition at)
    {
        _balance -= nodes;
        if (_balance < 0)
        {
            throw new ApertureConfigFormatException("aliases that expand to more than a million values", "Write the settings out instead of referring to anchors.", at.Line, at.Column);
        }
    }
}
