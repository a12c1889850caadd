using System;
using System.IO;
using System.Linq;
using LightningOps.Files;
using LightningOps.L402.Macaroons;

namespace LightningOps.Gateway.Registry;

/// <summary>A secret is not available at its reference (<c>GatewaySecretUnavailable</c>).</summary>
public sealed class GatewaySecretException : LightningOpsException
{
    /// <summary>Creates the failure of one reference.</summary>
    /// <param name="reference">Reference of the secret.</param>
    /// <param name="reason">Why it is not read; never the secret.</param>
    /// <param name="inner">The cause.</param>
    public GatewaySecretException(string reference, string reason, Exception? inner = null)
        : base("GatewaySecretUnavailable", "The secret " + reference + " " + reason, "Put the secret there, or name another place: Set-L402Gateway -Macaroon or -OpsToken for a gateway, Connect-LightningOps -SecretReference for a control plane.", inner) => Reference = reference;

    /// <summary>Reference of the secret.</summary>
    public string Reference { get; }
}

/// <summary>A secret would be sent to another address or certificate than registered (<c>GatewaySecretMoved</c>).</summary>
public sealed class SecretBindingException : LightningOpsException
{
    /// <summary>Creates the failure of one gateway.</summary>
    /// <param name="gateway">Name of the gateway.</param>
    /// <param name="registered">Registered address and certificate.</param>
    /// <param name="now">Current address and certificate.</param>
    /// <param name="member">Parameter that registers the secret: <c>Macaroon</c>, <c>OpsToken</c> or <c>LndMacaroonPath</c>.</param>
    public SecretBindingException(string gateway, SecretBinding registered, SecretBinding now, string member)
        : base(
            "GatewaySecretMoved",
            "The secret of gateway " + gateway + " was registered for " + registered + " and would go to " + now + ". It was not sent.",
            "If the change is yours, register the secret for it with Set-L402Gateway " + gateway + " -" + member + ", or use -Force where the command has it.") => Gateway = gateway;

    /// <summary>Creates the failure of the secret of a control plane.</summary>
    /// <param name="owner">Owner of the secret.</param>
    /// <param name="reference">Its reference.</param>
    /// <param name="registered">Addresses it was read for.</param>
    /// <param name="now">Current addresses.</param>
    /// <param name="remedy">What the operator can do.</param>
    public SecretBindingException(string owner, string reference, string registered, string now, string remedy)
        : base("GatewaySecretMoved", "The secret " + reference + " of " + owner + " was read for " + registered + " and would go to " + now + ". It was not sent.", remedy) => Gateway = owner;

    /// <summary>Name of the gateway, or the control plane.</summary>
    public string Gateway { get; }
}

/// <summary>A gateway has other addresses in the team's store than this account has accepted (<c>GatewayAddressNotAccepted</c>); nothing was sent.</summary>
public sealed class GatewayAddressException : LightningOpsException
{
    /// <summary>Creates the failure of one gateway.</summary>
    /// <param name="gateway">The gateway.</param>
    public GatewayAddressException(RegisteredGateway gateway)
        : base(
            "GatewayAddressNotAccepted",
            "The team's store has " + gateway.Describe() + ", and this account has not accepted that address. No secret was sent there and no file was written.",
            "Check the address with Get-L402Gateway " + gateway.Name + ". Accept it with Set-L402Gateway " + gateway.Name + ", or use -Force where the command has it.") => Gateway = gateway.Name;

    /// <summary>Name of the gateway.</summary>
    public string Gateway { get; }
}

/// <summary>Files of secrets.</summary>
public static class SecretFile
{
    private const int MaxTokenLength = 4096;

    /// <summary>The macaroon of a file that only its owner may read, in hex.</summary>
    /// <exception cref="FileNotTrustedException">Others may read or write it.</exception>
    /// <exception cref="GatewaySecretException">The file contains no macaroon.</exception>
    public static string ReadMacaroon(string path)
    {
        Require(path);
        try
        {
            return MacaroonFile.ReadHex(path) ?? throw new GatewaySecretException("file:" + path, "is not a macaroon.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new GatewaySecretException("file:" + path, "cannot be read: " + failure.Message, failure);
        }
    }

    /// <summary>The token of a file that only its owner may read: one line of text.</summary>
    /// <exception cref="FileNotTrustedException">Others may read or write it.</exception>
    /// <exception cref="GatewaySecretException">The file cannot be read, or is not one line of visible characters.</exception>
    public static string ReadToken(string path)
    {
        Require(path);
        try
        {
            // A longer file is not a token, so it is not read completely.
            using var reader = new StreamReader(path);
            var buffer = new char[MaxTokenLength + 1];
            var text = new string(buffer, 0, reader.ReadBlock(buffer, 0, buffer.Length)).Trim();
            return text.Length is > 0 and <= MaxTokenLength && text.All(static sign => sign is > ' ' and <= '~')
                ? text
                : throw new GatewaySecretException("file:" + path, "is not one line of visible ASCII characters.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new GatewaySecretException("file:" + path, "cannot be read: " + failure.Message, failure);
        }
    }

    /// <summary>A warning that accounts other than its owner may read or write a file with a secret; null if only the owner may, or it does not exist.</summary>
    /// <param name="path">The file, absolute.</param>
    public static string? FindExposure(string path) => TrustedFile.FindExposure(path);

    /// <summary>Checks that only its owner may read a file.</summary>
    /// <exception cref="FileNotTrustedException">Others may read or write it.</exception>
    public static void Require(string path)
    {
        if (TrustedFile.FindSecretFault(path) is { } fault)
        {
            throw fault;
        }
    }
}
