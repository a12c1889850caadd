using System.Collections.Generic;

namespace LightningOps.ControlPlane.Local;

/// <summary>What tells one kind of SQLite file of this module from another.</summary>
/// <param name="ApplicationId">Marks the file.</param>
/// <param name="Steps">The steps of its schema, oldest first.</param>
/// <param name="Setting">What names another file: an environment variable, for the remedy of a failure.</param>
internal sealed record StoreFormat(int ApplicationId, IReadOnlyList<Migration> Steps, string Setting)
{
    /// <summary>The local store of the control plane.</summary>
    public static StoreFormat ControlPlane { get; } = new(Migrations.ApplicationId, Migrations.All, EnvironmentVariables.Store);

    /// <summary>Version of the schema after all steps.</summary>
    public int Newest => Steps[Steps.Count - 1].Version;
}
