namespace LightningOps.ControlPlane.Local;

/// <summary>One step of the store's schema.</summary>
/// <param name="Version">The schema's version after it.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="Sql">The statements.</param>
internal sealed record Migration(int Version, string Purpose, string Sql);
