using System;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LightningOps.Http;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>Trust in one certificate and no other: Aperture's and LND's own are self-signed.</summary>
internal static class CertificatePin
{
    private const int FingerprintBytes = 32;

    /// <summary>A handler that takes the pinned certificate only; null when none is pinned.</summary>
    /// <param name="fingerprint">SHA-256 fingerprint, hex with or without colons; it comes before the file.</param>
    /// <param name="path">File of the certificate, PEM or DER.</param>
    /// <exception cref="ConfigException">The pin cannot be read.</exception>
    public static HttpMessageHandler? HandlerFor(string? fingerprint, string? path)
    {
        var pinned = fingerprint is not null ? Read(fingerprint) : path is not null ? HashOfFile(path) : null;
        if (pinned is null)
        {
            return null;
        }

        var handler = HttpClients.CreateHandler();
        handler.ServerCertificateCustomValidationCallback = (_, certificate, _, _) => certificate is not null && Hash(certificate).SequenceEqual(pinned);
        return handler;
    }

    private static byte[] Read(string fingerprint) => FromHex(fingerprint.Replace(":", string.Empty).Trim())
        ?? throw new ConfigException("CertificateFingerprint", "must be a SHA-256 fingerprint of 64 hex digits");

    private static byte[] HashOfFile(string path)
    {
        try
        {
            using var certificate = new X509Certificate2(path);
            return Hash(certificate);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigException("CertificatePath", "must be a certificate file that can be read");
        }
    }

    private static byte[] Hash(X509Certificate2 certificate)
    {
        using var sha = SHA256.Create();
        return sha.ComputeHash(certificate.RawData);
    }

    private static byte[]? FromHex(string text)
    {
        if (text.Length != FingerprintBytes * 2)
        {
            return null;
        }

        var bytes = new byte[FingerprintBytes];
        for (var i = 0; i < bytes.Length; i++)
        {
            if (!byte.TryParse(text.Substring(i * 2, 2), System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out bytes[i]))
            {
                return null;
            }
        }

        return bytes;
    }
}
