namespace LightningOps.Security;

/// <summary>What closed the gate of an owner; written in lower snake case.</summary>
public enum GateSource
{
    /// <summary>The security state could not be read: deny.</summary>
    SecurityState,

    /// <summary>The global pause.</summary>
    GlobalPause,

    /// <summary>The owner's kill switch.</summary>
    OwnerKillSwitch,

    /// <summary>A credential of the operator that is missing or malformed.</summary>
    Credentials,
}
