using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace LightningOps.Http;

/// <summary>Trust in selected certificates and no others, because those of Aperture and LND are self-signed.</summary>
internal sealed class CertificatePin
{
    private const int FingerprintBytes = 32;
    private const string PemBegin = "-----BEGIN CERTIFICATE-----";
    private const string PemEnd = "-----END CERTIFICATE-----";

    private readonly IReadOnlyList<byte[]> pinned;
    private volatile string? lastSeen;

    private CertificatePin(IReadOnlyList<byte[]> pinned) => this.pinned = pinned;

    /// <summary>Whether a certificate is pinned. If not, the trust store of the system applies.</summary>
    public bool IsPinned => pinned.Count > 0;

    /// <summary>SHA-256 fingerprints in hex of the pinned certificates.</summary>
    public IEnumerable<string> Fingerprints => pinned.Select(ToHex);

    /// <summary>SHA-256 fingerprint in hex of the last refused certificate; null when there was none.</summary>
    public string? LastSeen => lastSeen;

    /// <summary>The pin of a fingerprint or a file.</summary>
    /// <param name="fingerprint">SHA-256 fingerprint, hex with or without colons; it takes precedence over the file.</param>
    /// <param name="path">File of certificates, PEM or DER; the server may present any of them.</param>
    /// <exception cref="ConfigException">The pin cannot be read.</exception>
    public static CertificatePin Read(string? fingerprint, string? path) => Read(fingerprint, path, "CertificateFingerprint", "CertificatePath");

    /// <summary>The pin of a fingerprint or a file.</summary>
    /// <param name="fingerprint">As above.</param>
    /// <param name="path">As above.</param>
    /// <param name="fingerprintName">Name of the first setting, for a failure.</param>
    /// <param name="pathName">Name of the second setting, for a failure.</param>
    /// <exception cref="ConfigException">The pin cannot be read.</exception>
    public static CertificatePin Read(string? fingerprint, string? path, string fingerprintName, string pathName) =>
        new(fingerprint is not null ? [ParseFingerprint(fingerprint, fingerprintName)] : path is not null ? HashesOfFile(path, pathName) : []);

    /// <summary>A handler that remembers a refused certificate, and trusts only pinned certificates if there are any.</summary>
    public HttpClientHandler CreateHandler()
    {
        var handler = HttpClients.CreateHandler();
        handler.ServerCertificateCustomValidationCallback = (_, certificate, _, errors) =>
        {
            var isTrusted = certificate is not null && (IsPinned ? pinned.Any(Hash(certificate).SequenceEqual) : errors == SslPolicyErrors.None);
            if (!isTrusted && certificate is not null)
            {
                lastSeen = ToHex(Hash(certificate));
            }

            return isTrusted;
        };
        return handler;
    }

    private static byte[] ParseFingerprint(string fingerprint, string name) => FromHex(fingerprint.Replace(":", string.Empty).Trim())
        ?? throw new ConfigException(name, "must be a SHA-256 fingerprint of 64 hex digits", "Print it with: openssl x509 -in FILE -noout -fingerprint -sha256.");

    private static List<byte[]> HashesOfFile(string path, string name)
    {
        try
        {
            var content = File.ReadAllBytes(path);
            var text = Encoding.ASCII.GetString(content);
            var hashes = new List<byte[]>();
            for (var begin = text.IndexOf(PemBegin, StringComparison.Ordinal); begin >= 0; begin = text.IndexOf(PemBegin, begin + 1, StringComparison.Ordinal))
            {
                var end = text.IndexOf(PemEnd, begin, StringComparison.Ordinal);
                using var certificate = new X509Certificate2(Encoding.ASCII.GetBytes(text.Substring(begin, (end < 0 ? text.Length : end + PemEnd.Length) - begin)));
                hashes.Add(Hash(certificate));
            }

            if (hashes.Count == 0)
            {
                using var certificate = new X509Certificate2(content);
                hashes.Add(Hash(certificate));
            }

            return hashes;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigException(name, "must be a certificate file that can be read");
        }
    }

    private static byte[] Hash(X509Certificate2 certificate)
    {
        using var sha = SHA256.Create();
        return sha.ComputeHash(certificate.RawData);
    }

    private static string ToHex(byte[] hash) => string.Concat(hash.Select(static value => value.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));

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
