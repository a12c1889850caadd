namespace LightningOps.ControlPlane.Local;

/// <summary>One step of the store's schema.</summary>
/// <param name="version">The schema's version after it.</param>
/// <param name="purpose">What it is for.</param>
/// <param name="sql">The statements.</param>
internal sealed class Migration(int version, string purpose, string sql)
{
    /// <summary>The schema's version after it.</summary>
    public int Version => version;

    /// <summary>What it is for.</summary>
    public string Purpose => purpose;

    /// <summary>The statements.</summary>
    public string Sql => sql;
}
