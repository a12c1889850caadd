using System;
using System.Linq;
using LightningOps.Http;

namespace LightningOps.Gateway.Registry;

/// <summary>The permitted recipient of a secret: the registered address and certificate.</summary>
/// <param name="Address">The address.</param>
/// <param name="Fingerprint">SHA-256 fingerprints of the certificates to accept, hex, separated by commas; null for the trust store of the system.</param>
public sealed record SecretBinding(string Address, string? Fingerprint)
{
    /// <summary>The binding to a current address.</summary>
    /// <param name="address">Recipient of the secret.</param>
    /// <param name="fingerprint">Fingerprint to accept; it takes precedence over the file.</param>
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
