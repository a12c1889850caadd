using System;
using System.Text;

namespace LightningOps.L402;

/// <summary>A caveat as a macaroon carries it, of the first party or for a third.</summary>
public sealed class MacaroonCaveat
{
    private readonly byte[] identifier;
    private readonly byte[] verificationId;

    internal MacaroonCaveat(byte[] identifier, byte[]? verificationId = null, byte[]? location = null)
    {
        this.identifier = identifier;
        this.verificationId = verificationId ?? Array.Empty<byte>();
        LocationBytes = location ?? Array.Empty<byte>();
    }

    /// <summary>Whether a third party must discharge it.</summary>
    public bool IsThirdParty => verificationId.Length > 0;

    /// <summary>Where the third party is; empty for the first.</summary>
    public string Location => Encoding.UTF8.GetString(LocationBytes);

    /// <summary>Its bytes: <c>condition=value</c> in an L402.</summary>
    public ReadOnlyMemory<byte> Identifier => identifier.AsMemory();

    /// <summary>The caveat read as <c>condition=value</c>; null when it is for a third party or of another form.</summary>
    public Caveat? Caveat => !IsThirdParty && Caveat.TryParse(Encoding.UTF8.GetString(identifier), out var caveat, out _) ? caveat : null;

    internal byte[] IdentifierBytes => identifier;

    internal byte[] VerificationIdBytes => verificationId;

    internal byte[] LocationBytes { get; }

    /// <summary>The caveat to the letter, or that it is for a third party; asterisks for the value of a preimage.</summary>
    public override string ToString() => IsThirdParty ? "third-party caveat" : Caveat?.ToString() ?? Encoding.UTF8.GetString(identifier);
}
