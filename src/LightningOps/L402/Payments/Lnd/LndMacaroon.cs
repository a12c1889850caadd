using System;
using System.Collections.Generic;
using System.IO;
using System.Text;

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

        byte[] content;
        try
        {
            content = File.ReadAllBytes(path!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException("LndMacaroonPath", "the macaroon file cannot be read", "Check that " + path + " is a macaroon of LND and can be read.");
        }

        return ToHex(content) ?? throw new ConfigException("LndMacaroonPath", "the file holds no macaroon", "Name the file of a macaroon of LND, binary or as text in hex or base64: " + path + " is neither.");
    }

    // A file of a macaroon is binary; many hold its hex or base64 digits as text instead.
    private static string? ToHex(byte[] content)
    {
        if (IsMacaroon(content))
        {
            return HexText.Of(content);
        }

        var text = Encoding.UTF8.GetString(content).Trim('\uFEFF', ' ', '\t', '\r', '\n');
        return HexText.Decode(text) is { } fromHex ? (IsMacaroon(fromHex) ? HexText.Of(fromHex) : null)
            : DecodeBase64(text) is { } fromBase64 && IsMacaroon(fromBase64) ? HexText.Of(fromBase64)
            : null;
    }

    // Version 2 begins with its number, version 1 with the length of its first packet in hex.
    private static bool IsMacaroon(byte[] content) => Macaroon.TryParse(content, out _, out _) || (content.Length > 0 && content[0] == 2);

    private static byte[]? DecodeBase64(string text)
    {
        var digits = text.TrimEnd('=').Replace('-', '+').Replace('_', '/');
        try
        {
            return Convert.FromBase64String(digits + new string('=', (4 - (digits.Length % 4)) % 4));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
