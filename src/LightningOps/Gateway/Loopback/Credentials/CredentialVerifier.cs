using System;
using System.Linq;
using LightningOps.L402;
using LightningOps.L402.Simulation;

namespace LightningOps.Gateway.Loopback.Credentials;

/// <summary>Tells whether a credential opens a service, in the order Aperture asks (mint/mint.go, VerifyL402; auth/authenticator.go, Accept).</summary>
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

    /// <summary>Why the credential does not pass; null when it does.</summary>
    /// <param name="credential">As presented.</param>
    /// <param name="service">The service it is presented to.</param>
    /// <param name="verifiesInvoice">Whether the node must know its invoice as settled, too.</param>
    public CredentialRefusal? Judge(PresentedCredential? credential, string service, bool verifiesInvoice)
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

        if (!credential.Macaroon.Verify(keys.Of(identifier)))
        {
            return CredentialRefusal.NotMintedHere;
        }

        return ServiceCaveats.Judge(credential.Macaroon.Restrictions.ToArray(), service, time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0)
            ?? (verifiesInvoice && !node.IsSettled(identifier.PaymentHash) ? CredentialRefusal.NotSettled : null);
    }
}
