using System.Security;

namespace LightningOps.PowerShell.Session;

/// <summary>The wallet parameters, with the same names in every cmdlet that pays.</summary>
internal interface IWalletParameters
{
    /// <summary>The wallet.</summary>
    string? Payer { get; }

    /// <summary>LND macaroon, in hex.</summary>
    SecureString? LndMacaroon { get; }

    /// <summary>File of the LND macaroon.</summary>
    string? LndMacaroonPath { get; }

    /// <summary>Rune of Core Lightning, or password of phoenixd.</summary>
    SecureString? WalletSecret { get; }

    /// <summary>File of it.</summary>
    string? WalletSecretPath { get; }

    /// <summary>File of the certificates to accept.</summary>
    string? LndCertificatePath { get; }

    /// <summary>Fingerprint of the certificate to accept.</summary>
    string? LndCertificateFingerprint { get; }
}
