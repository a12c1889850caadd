using System;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.Settings;
using LightningOps.Storage.Postgres;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Creates the tables of a team's store in PostgreSQL, or brings them to the schema of this module: all missing steps or none, while no other
/// session does. With -WhatIf it shows the statements. The role needs the rights of the owner of the schema.
/// </summary>
/// <example>
/// <code>Update-LightningOpsStore -Mode Postgres -WhatIf</code>
/// <para>Shows the steps that are missing and their statements.</para>
/// </example>
[Cmdlet(VerbsData.Update, "LightningOpsStore", SupportsShouldProcess = true)]
[OutputType(typeof(SchemaStep))]
public sealed class UpdateLightningOpsStoreCommand : ControlPlaneCmdlet
{
    /// <inheritdoc/>
    protected override async Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        if (EffectiveMode != ControlPlaneMode.Postgres)
        {
            throw new ConfigException(nameof(Mode), "the control plane " + GetModeName(EffectiveMode) + " has no schema to update", "Use -Mode Postgres. A local store is updated by the first command that writes to it.");
        }

        var options = ControlPlaneFactory.CreatePostgresOptions(ControlPlaneSettings.From(EffectiveEnvironment, EffectiveMode), EffectiveEnvironment);
        var schema = new PostgresStoreSchema(options);
        var missing = await schema.FindMissingAsync(cancellationToken).ConfigureAwait(false);
        if (missing.Count == 0)
        {
            WriteVerbose(schema.Name + " has the newest schema.");
            return;
        }

        foreach (var step in missing)
        {
            // The statements are shown only with -WhatIf.
            if (IsWhatIf)
            {
                WriteObject(step);
            }
        }

        if (ShouldProcess(schema.Name, FormattableString.Invariant($"Take {missing.Count} steps of the schema, to version {missing[missing.Count - 1].Version}")))
        {
            foreach (var step in await schema.UpdateAsync(cancellationToken).ConfigureAwait(false))
            {
                WriteObject(step);
            }
        }
    }
}
