using System;
using System.Linq;
using LightningOps.L402.Macaroons;
using LightningOps.Payments.Simulation;

namespace LightningOps.Gateway.Loopback.Credentials;

/// <summary>Verifies a credential for a service, in Aperture's order (mint/mint.go, VerifyL402; auth/authenticator.go, Accept).</summary>
internal sealed class CredentialVerifier
{
    private readonly RootKeys keys;
    private readonly SimulatedLightningNode node;
    private readonly TimeProvider time;

    public CredentialVerifier(RootKeys keys, SimulatedLightningNode node, TimeProvider time)
    {
        this.keys = keys;
        this.node = node;
        this.time = time;
    }

    /// <summary>Why the credential is refused; null when it is valid.</summary>
    /// <param name="credential">The presented credential.</param>
    /// <param name="service">The requested service.</param>
    /// <param name="verifiesInvoice">Whether the node must also report its invoice as settled.</param>
    public CredentialRefusal? Verify(PresentedCredential? credential, string service, bool verifiesInvoice)
    {
        if (credential is null)
        {
            return CredentialRefusal.Missing;
        }

        if (!L402Identifier.TryParse(credential.Macaroon.Identifier.Span, out var identifier, out _))
        {
            return CredentialRefusal.NotAnL402;
        }

        if (!credential.Preimage.MatchesPaymentHash(identifier.PaymentHash))
        {
            return CredentialRefusal.WrongPreimage;
        }

        if (!credential.Macaroon.Verify(keys.GetKey(identifier)))
        {
            return CredentialRefusal.NotMintedHere;
        }

        return ServiceCaveats.Verify(credential.Macaroon.Restrictions.ToArray(), service, time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0)
            ?? (verifiesInvoice && !node.IsSettled(identifier.PaymentHash) ? CredentialRefusal.NotSettled : null);
    }
}

/// <summary>Why a credential is refused.</summary>
internal enum CredentialRefusal
{
    /// <summary>There is none, or it cannot be read.</summary>
    Missing,

    /// <summary>Its identifier is not that of an L402.</summary>
    NotAnL402,

    /// <summary>The preimage does not match its invoice.</summary>
    WrongPreimage,

    /// <summary>It was not minted here, or has been changed.</summary>
    NotMintedHere,

    /// <summary>It is for another service.</summary>
    OtherService,

    /// <summary>Expired.</summary>
    Expired,

    /// <summary>Its invoice is not settled.</summary>
    NotSettled,
}
