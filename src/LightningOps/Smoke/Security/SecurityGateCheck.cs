using LightningOps.ControlPlane;

namespace LightningOps.Smoke.Security;

/// <summary>The gate of the smoke's owner at one moment.</summary>
public sealed record SecurityGateCheck
{
    /// <summary>Whether it was open.</summary>
    public required bool Allowed { get; init; }

    /// <summary>What closed it.</summary>
    public string? DenyReasonCode { get; init; }

    internal static SecurityGateCheck Of(GateDecision decision) => new() { Allowed = decision.Allowed, DenyReasonCode = decision.DenyReasonCode };

    internal bool DeniedWith(string code) => !Allowed && DenyReasonCode == code;
}
