using System;
using System.Collections.Generic;
using System.IO;
using LightningOps.Gateway.ApertureAdmin;

namespace LightningOps.L402.Payments.Lnd;

/// <summary>The macaroon of LND's REST calls: from a secret in hex, or from a file.</summary>
internal sealed class LndMacaroon
{
    private readonly OperatorSecret? secret;
    private readonly string? path;

    public LndMacaroon(OperatorSecret? secret, string? path)
    {
        this.secret = secret;
        this.path = path;
    }

    /// <summary>The header that carries it (LND's guide to macaroons).</summary>
    /// <exception cref="ConfigException">It cannot be read.</exception>
    public IReadOnlyDictionary<string, string> ToHeaders() =>
        new Dictionary<string, string>(StringComparer.Ordinal) { ["Grpc-Metadata-macaroon"] = Reveal() };

    /// <summary>The macaroon in hex.</summary>
    /// <exception cref="ConfigException">It cannot be read.</exception>
    public string Reveal()
    {
        if (secret is not null)
        {
            var hex = secret.Reveal().Trim();
            return HexText.Decode(hex) is { Length: > 0 } ? hex : throw new ConfigException("LndMacaroon", "must be the macaroon in hexadecimal digits", "Give the macaroon in hex, or its file.");
        }

        try
        {
            return AdminApi.ReadMacaroon(path!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException("LndMacaroonPath", "the macaroon file cannot be read", "Check that " + path + " is a macaroon of LND and can be read.");
        }
    }
}
