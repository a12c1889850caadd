using System;
using System.Linq;
using LightningOps.Http;

namespace LightningOps.Gateway.Registry;

/// <summary>Who may get a secret: the address and the certificate for which it was registered.</summary>
/// <param name="Address">The address.</param>
/// <param name="Fingerprint">SHA-256 fingerprints of the certificates to accept, hex, with commas between them; null where the system's store decides.</param>
public sealed record SecretBinding(string Address, string? Fingerprint)
{
    /// <summary>The binding to an address as it is now.</summary>
    /// <param name="address">Where the secret goes.</param>
    /// <param name="fingerprint">Fingerprint to accept; it comes before the file.</param>
    /// <param name="certificatePath">File of the certificates to accept.</param>
    /// <exception cref="ConfigException">The certificate cannot be read.</exception>
    public static SecretBinding Create(string address, string? fingerprint, string? certificatePath)
    {
        var pin = CertificatePin.Read(fingerprint, certificatePath);
        return new SecretBinding(
            Uri.TryCreate(address, UriKind.Absolute, out var url) ? url.AbsoluteUri.TrimEnd('/') : address,
            pin.IsPinned ? string.Join(",", pin.Fingerprints.OrderBy(static one => one, StringComparer.Ordinal)) : null);
    }

    /// <summary>Address and certificate.</summary>
    public override string ToString() => Address + " (" + (Fingerprint is null ? "any certificate of the trust store" : "certificate " + Fingerprint) + ")";
}
