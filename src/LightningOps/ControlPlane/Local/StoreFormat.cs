using System.Collections.Generic;

namespace LightningOps.ControlPlane.Local;

/// <summary>What tells one kind of SQLite file of this module from another.</summary>
/// <param name="applicationId">Marks the file.</param>
/// <param name="steps">The steps of its schema, oldest first.</param>
/// <param name="setting">What names another file: an environment variable, for the remedy of a failure.</param>
internal sealed class StoreFormat(int applicationId, IReadOnlyList<Migration> steps, string setting)
{
    /// <summary>Marks the file.</summary>
    public int ApplicationId => applicationId;

    /// <summary>The steps of its schema, oldest first.</summary>
    public IReadOnlyList<Migration> Steps => steps;

    /// <summary>What names another file: an environment variable, for the remedy of a failure.</summary>
    public string Setting => setting;

    /// <summary>The local store of the control plane.</summary>
    public static StoreFormat ControlPlane { get; } = new(Migrations.ApplicationId, Migrations.All, EnvironmentVariables.Store);

    /// <summary>Version of the schema after all steps.</summary>
    public int Newest => Steps[Steps.Count - 1].Version;
}
