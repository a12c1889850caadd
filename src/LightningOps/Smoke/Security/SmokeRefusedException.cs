namespace LightningOps.Smoke.Security;

/// <summary>A smoke that would undo what an operator has set (<c>SmokeRefused</c>); nothing was done.</summary>
public sealed class SmokeRefusedException : LightningOpsException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="what">What is set.</param>
    public SmokeRefusedException(string what)
        : base("SmokeRefused", what + " is on, and the smoke would lift it: nothing was done.", "Run the smoke once it is lifted, or in Local mode, which uses a store of its own.")
    {
    }
}
