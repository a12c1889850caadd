using System;

namespace LightningOps.PowerShell.Errors;

/// <summary>Confirmation is needed but the session is not interactive (<c>ConfirmationUnavailable</c>); nothing was done.</summary>
public sealed class ConfirmationException : LightningOpsException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="inner">The exception of the host.</param>
    public ConfirmationException(Exception inner)
        : base(
            "ConfirmationUnavailable",
            "The command needs confirmation, but this session is not interactive. Nothing was done.",
            "Check the plan with -WhatIf, then run the command with -Confirm:$false, or with -Force where its help says that it does not ask.",
            inner)
    {
    }
}
