using System;

namespace LightningOps.Settlements;

/// <summary>An import that was given up because the control plane does not answer (<c>SettlementImportStopped</c>).</summary>
public sealed class SettlementImportStoppedException : LightningOpsException
{
    /// <summary>Creates the failure of one import.</summary>
    /// <param name="source">Where the events come from.</param>
    /// <param name="inputs">Events the import had got to.</param>
    /// <param name="cause">The last failure.</param>
    public SettlementImportStoppedException(string source, long inputs, LightningOpsException cause)
        : base(
            "SettlementImportStopped",
            FormattableString.Invariant($"{source}: given up after {inputs} events; the events that were not sent until then are rejected, those behind were not looked at: {cause?.Message}"),
            "Remove the cause and import again: what is recorded already is not recorded twice.",
            cause)
    {
        Inputs = inputs;
    }

    /// <summary>Events the import had got to.</summary>
    public long Inputs { get; }
}
