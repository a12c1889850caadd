using System.Security;
using LightningOps.Gateway.Registry;
using LightningOps.Settings;

namespace LightningOps.PowerShell.CmdletBases;

/// <summary>A command that uses registered gateways.</summary>
internal interface IRegistrationUser
{
    /// <summary>Whether the command specifies a wallet, which replaces that of the registration.</summary>
    bool NamesPayer { get; }

    /// <summary>Whether the command specifies a macaroon for the gateway.</summary>
    bool NamesMacaroon { get; }

    /// <summary>The effective settings.</summary>
    OperatorEnvironment Environment { get; }

    /// <summary>Fingerprint accepted by the command if the registration has no certificate; null for none.</summary>
    string? AcceptedFingerprint { get; }

    /// <summary>Certificate file accepted by the command if the registration has none; null for none.</summary>
    string? AcceptedCertificatePath { get; }

    /// <summary>Reads the secret of a reference.</summary>
    /// <exception cref="LightningOpsException">The secret cannot be read.</exception>
    SecureString ReadSecret(SecretReference reference, bool isMacaroon);

    /// <summary>Whether a secret may be sent to another recipient than registered.</summary>
    /// <param name="question">Question with the gateway, the registered and the current address and certificate.</param>
    bool AllowsMovedSecret(string question);
}
