using System;

namespace LightningOps.Smoke.Security;

/// <summary>A smoke that failed and could not take back what it had set (<c>SmokeLeftover</c>).</summary>
public sealed class SmokeLeftoverException : LightningOpsException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="what">What may still be set.</param>
    /// <param name="isPause">Whether that closes every paywall.</param>
    /// <param name="cause">Why the smoke failed.</param>
    public SmokeLeftoverException(string what, bool isPause, Exception cause)
        : base(
            "SmokeLeftover",
            "The smoke failed (" + cause.Message + ") and could not take back " + what + (isPause ? ": every paywall may be closed." : "."),
            isPause ? "Look at Get-L402SecurityState, then lift it: Set-L402GlobalPause -Inactive." : "Look at Get-L402SecurityState, then release it: Set-L402OwnerKillSwitch " + SecurityDrill.OwnerId + " -Inactive.",
            cause)
    {
    }
}
