using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using LightningOps.Http;
using LightningOps.Payments;

namespace LightningOps.Gateway.Registry;

/// <summary>The rules of a registration, also for one that was edited by hand.</summary>
internal static class RegistrationRules
{
    private static readonly string[] Kinds = ["admin", "file", "ops", "loopback", "memory"];

    /// <summary>Checks that a registration can be used.</summary>
    /// <exception cref="ConfigException">A member is not valid.</exception>
    /// <exception cref="JsonException">A member is missing.</exception>
    public static void Check(RegisteredGateway? gateway)
    {
        if (gateway?.Name is null || gateway.Endpoints is null || gateway.Endpoints.Any(static endpoint => endpoint?.Address is null))
        {
            throw new JsonException("a gateway has no name, or an endpoint no address");
        }

        GatewayName.Require(gateway.Name);
        if (!Kinds.Contains(gateway.Kind, StringComparer.Ordinal))
        {
            throw new ConfigException("Kind", "of gateway " + gateway.Name + " must be one of " + string.Join(", ", Kinds), "Correct the kind.");
        }

        if (gateway.Endpoints.Count > 1 && gateway.Kind is not ("admin" or "ops"))
        {
            throw new ConfigException("Endpoint", "gateway " + gateway.Name + " of kind " + gateway.Kind + " has one endpoint", "Only admin and ops gateways have several.");
        }

        if (gateway.Endpoints.FirstOrDefault(static endpoint => endpoint.Address.Trim().Length == 0 || endpoint.Address.Contains(',')) is not null)
        {
            throw new ConfigException("Endpoint", "an address of gateway " + gateway.Name + " is empty or holds a comma", "Write each address as a separate text.");
        }

        RequireUniform(gateway, "Macaroon", static endpoint => endpoint.Macaroon);
        RequireUniform(gateway, "OpsToken", static endpoint => endpoint.OpsToken);
        RequireUniform(gateway, "CertificatePath", static endpoint => endpoint.CertificatePath);
        RequireUniform(gateway, "CertificateFingerprint", static endpoint => endpoint.CertificateFingerprint);
        RequireUniform(gateway, "ChallengeUrl", static endpoint => endpoint.ChallengeUrl);
        RequireUniform(gateway, "ProxyUrl", static endpoint => endpoint.ProxyUrl);
        foreach (var command in gateway.Commands)
        {
            RequireCommand(command.Name, command.Command);
        }

        RequireFitting(gateway);
        _ = GatewayReference.Parse(gateway.Place);
        RequireUrls(gateway);
    }

    /// <summary>Checks the new fingerprints. One that was stored before is checked where it is used, so that it blocks no other change.</summary>
    /// <exception cref="ConfigException">A fingerprint is not one.</exception>
    public static void RequireFingerprints(RegisteredGateway gateway, RegisteredGateway? before)
    {
        foreach (var fingerprint in gateway.Endpoints.Select(static endpoint => endpoint.CertificateFingerprint).OfType<string>())
        {
            if (before?.Endpoints.Any(endpoint => endpoint.CertificateFingerprint == fingerprint) != true)
            {
                _ = CertificatePin.Read(fingerprint, null);
            }
        }
    }

    private static void RequireFitting(RegisteredGateway gateway)
    {
        var endpoints = gateway.Endpoints;
        (string Member, bool IsGiven, string Kinds)[] members =
        [
            ("Endpoint", endpoints.Count > 0, "admin file ops loopback"),
            ("Macaroon", endpoints.Any(static endpoint => endpoint.Macaroon is not null), "admin"),
            ("OpsToken", endpoints.Any(static endpoint => endpoint.OpsToken is not null), "ops"),
            ("CertificatePath", endpoints.Any(static endpoint => endpoint.CertificatePath is not null), "admin file ops"),
            ("CertificateFingerprint", endpoints.Any(static endpoint => endpoint.CertificateFingerprint is not null), "admin file ops"),
            ("ChallengeUrl", endpoints.Any(static endpoint => endpoint.ChallengeUrl is not null), "admin file ops"),
            ("ProxyUrl", endpoints.Any(static endpoint => endpoint.ProxyUrl is not null), "ops"),
            ("HealthUrl", gateway.HealthUrl is not null, "file"),
            ("ReloadCommand", gateway.ReloadCommand is not null, "file"),
            ("Payer", gateway.Payer is not null, "admin file loopback"),
            ("LndMacaroonPath", gateway.LndMacaroonPath is not null && gateway.Payer is null, "-"),
            ("WalletSecretPath", gateway.WalletSecretPath is not null && gateway.Payer is null, "-"),
            ("LndCertificatePath", gateway.LndCertificatePath is not null && gateway.Payer is null, "-"),
        ];
        foreach (var (member, isGiven, kinds) in members)
        {
            if (isGiven && !kinds.Split(' ').Contains(gateway.Kind))
            {
                throw new ConfigException(member, kinds == "-" ? member == "WalletSecretPath" ? "is for -Payer cln:https://host:port or phoenixd:http://127.0.0.1:9740" : "is for -Payer lnd:https://host:port" : "does not apply to a gateway of kind " + gateway.Kind, kinds == "-" ? "Add -Payer, or omit -" + member + "." : "Omit -" + member + ".");
            }
        }

        if (gateway.Kind is "admin" or "ops" && endpoints.Count == 0)
        {
            throw new ConfigException("Endpoint", "a gateway of kind " + gateway.Kind + " needs an address", "Add -Endpoint https://host:port.");
        }

        if (endpoints.Any(static endpoint => endpoint.CertificatePath is not null && endpoint.CertificateFingerprint is not null))
        {
            throw new ConfigException("CertificateFingerprint", "is given together with -CertificatePath", "Use one of the two; $null removes the other.");
        }

        if (gateway.Payer is { } payer && PayerReference.Parse(payer) is { Kind: PayerKind.Lnd or PayerKind.Cln or PayerKind.Phoenixd or PayerKind.WalletExecutor, Place: { } place })
        {
            RequireUrl("Payer", place);
        }
    }

    private static void RequireUrls(RegisteredGateway gateway)
    {
        foreach (var endpoint in gateway.Endpoints)
        {
            if (gateway.Kind != "file")
            {
                RequireUrl("Endpoint", endpoint.Address);
            }

            RequireUrl("ChallengeUrl", endpoint.ChallengeUrl);
            RequireUrl("ProxyUrl", endpoint.ProxyUrl);
        }

        RequireUrl("HealthUrl", gateway.HealthUrl);
    }

    // A URL may contain a password, and secrets must never be in the file.
    private static void RequireUrl(string member, string? url)
    {
        if (url is not null && (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https") || parsed.UserInfo.Length > 0))
        {
            throw new ConfigException(member, "must be an absolute http or https URL without user info", "Specify it as https://host:port.");
        }
    }

    private static void RequireUniform(RegisteredGateway gateway, string member, Func<RegisteredEndpoint, object?> find)
    {
        var given = gateway.Endpoints.Count(endpoint => find(endpoint) is not null);
        if (given != 0 && given != gateway.Endpoints.Count)
        {
            throw new ConfigException(member, "gateway " + gateway.Name + " has it for some of its endpoints only", "Specify one per endpoint, or one for all.");
        }
    }

    private static void RequireCommand(string field, IReadOnlyList<string> command)
    {
        if (command.Count == 0 || command.Any(static argument => argument is null))
        {
            throw new ConfigException(field, "is not a list of texts", "Write the program and each argument as separate texts.");
        }

        SystemdUnit.Require(command, field);
    }
}
