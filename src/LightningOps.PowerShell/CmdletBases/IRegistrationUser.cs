using System.Security;
using LightningOps.Gateway.Registry;
using LightningOps.Settings;

namespace LightningOps.PowerShell.CmdletBases;

/// <summary>A command that uses registered gateways.</summary>
internal interface IRegistrationUser
{
    /// <summary>Whether the command names a wallet, so that the one of the registration is not used.</summary>
    bool NamesPayer { get; }

    /// <summary>Whether the command has a macaroon of its own for the gateway.</summary>
    bool NamesMacaroon { get; }

    /// <summary>The settings in force.</summary>
    OperatorEnvironment Environment { get; }

    /// <summary>Fingerprint the command accepts where the registration has no certificate; null for none.</summary>
    string? AcceptedFingerprint { get; }

    /// <summary>File of the certificate the command accepts where the registration has none; null for none.</summary>
    string? AcceptedCertificatePath { get; }

    /// <summary>Reads a secret from where its reference says.</summary>
    /// <exception cref="LightningOpsException">It cannot be read.</exception>
    SecureString ReadSecret(SecretReference reference, bool isMacaroon);

    /// <summary>Whether a secret may go elsewhere than registered.</summary>
    /// <param name="question">Names the gateway, the address and certificate of the registration and the present ones.</param>
    bool AllowsMovedSecret(string question);
}
