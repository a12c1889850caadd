using System.Globalization;

namespace LightningOps.Paywalls;

/// <summary>Roles of operator credentials.</summary>
public enum CredentialRole
{
    /// <summary>Mint invoices for the gateway.</summary>
    GatewayInvoice,

    /// <summary>Read settlements.</summary>
    SettlementRead,

    /// <summary>Change the control plane.</summary>
    OperatorAdmin,
}

/// <summary>Arguments of the credential role mutations.</summary>
public sealed record CredentialRoleChange
{
    /// <summary>Role.</summary>
    public required CredentialRole Role { get; init; }

    /// <summary>Fingerprint of the new credential; not used by a revocation.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Note for people.</summary>
    public string? Note { get; init; }
}

/// <summary>State of the credential of a role, never the credential itself.</summary>
public sealed record CredentialRoleState
{
    /// <summary>Role in the control plane, for example <c>gateway_invoice</c>; possibly unknown here.</summary>
    public required string Role { get; init; }

    /// <summary>State in the control plane, for example <c>active</c>; possibly unknown here.</summary>
    public required string Status { get; init; }

    /// <summary>Number of rotations, from 1.</summary>
    public required long Version { get; init; }

    /// <summary>Fingerprint of the credential.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Note for people.</summary>
    public string? Note { get; init; }

    /// <summary>Time of the last change, Unix milliseconds.</summary>
    public long UpdatedAtMs { get; init; }

    /// <summary>Time of the last rotation, Unix milliseconds.</summary>
    public long? LastRotatedAtMs { get; init; }

    /// <summary>Time it was revoked, Unix milliseconds.</summary>
    public long? RevokedAtMs { get; init; }

    /// <summary>Role, state and version.</summary>
    public override string ToString() => Role + ": " + Status + ", version " + Version.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Life-cycle state of a credential role.</summary>
public enum CredentialRoleStatus
{
    /// <summary>In use.</summary>
    Active,

    /// <summary>A new credential is being deployed.</summary>
    Rotating,

    /// <summary>No longer accepted.</summary>
    Revoked,
}
