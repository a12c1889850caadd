using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Security;
using LightningOps.ControlPlane;
using LightningOps.Gateway.Registry;
using LightningOps.Settings;
using LightningOps.Storage;

namespace LightningOps.PowerShell.Binding;

/// <summary>Replaces the name of a registered gateway by the equivalent hashtable; only this class does.</summary>
internal static class RegisteredGatewayExpansion
{
    /// <summary>The registered gateway of a text; the argument unchanged if there is none.</summary>
    /// <exception cref="LightningOpsException">The registry cannot be used.</exception>
    public static GatewayArgument Expand(GatewayArgument argument, OperatorEnvironment environment, ControlPlaneMode mode) =>
        argument.Text?.Trim() is { } name && MayBeName(name) && GatewayRegistry.ForAccount(environment, mode).Find(name) is { } found ? Create(found, null) : argument;

    /// <summary>
    /// The same for a close, which does not end where the team's store cannot be read: the gateway is used as this
    /// account last recorded it, or is refused (<see cref="GatewayArgument.Unread" />).
    /// </summary>
    /// <exception cref="LightningOpsException">The registry of the account cannot be used.</exception>
    public static GatewayArgument ExpandToClose(GatewayArgument argument, OperatorEnvironment environment, ControlPlaneMode mode, Action<string> warn)
    {
        try
        {
            return Expand(argument, environment, mode);
        }
        catch (StoreException unread)
        {
            var name = argument.Text!.Trim();
            if (GatewayRegistry.ForAccount(environment, mode).FindOwn(name) is not { } own)
            {
                return new GatewayArgument(name) { Unread = unread };
            }

            warn("The team's store cannot be read: " + own.Describe() + " is used as this account last recorded it. Its address may have changed since.");
            return Create(own, null);
        }
    }

    /// <summary>The gateway with its secrets.</summary>
    /// <param name="gateway">The registration.</param>
    /// <param name="secrets">The macaroon, or the token of the ops endpoints, of each endpoint; null for none.</param>
    public static GatewayArgument Create(RegisteredGateway gateway, IReadOnlyList<SecureString>? secrets)
    {
        var members = new Hashtable { ["Kind"] = gateway.Kind };
        Add("Endpoint", gateway.Endpoints.Select(static endpoint => endpoint.Address));
        Add("CertificatePath", gateway.Endpoints.Select(static endpoint => endpoint.CertificatePath));
        Add("CertificateFingerprint", gateway.Endpoints.Select(static endpoint => endpoint.CertificateFingerprint));
        Add("ChallengeUrl", gateway.Endpoints.Select(static endpoint => endpoint.ChallengeUrl));
        Add("ProxyUrl", gateway.Endpoints.Select(static endpoint => endpoint.ProxyUrl));
        if (secrets is not null)
        {
            members[gateway.Kind == "ops" ? "OpsToken" : "Macaroon"] = secrets.ToArray();
        }

        if (gateway.HealthUrl is not null)
        {
            members["HealthUrl"] = gateway.HealthUrl;
        }

        foreach (var command in gateway.Commands)
        {
            members[command.Name] = new RegisteredCommand(command.Command, command.Name);
        }

        return new GatewayArgument(members, gateway);

        void Add(string key, IEnumerable<string?> values)
        {
            if (values.OfType<string>().ToArray() is { Length: > 0 } texts)
            {
                members[key] = texts;
            }
        }
    }

    // An account without a data directory has no registered gateways.
    private static bool MayBeName(string text) => text.Length > 0 && !text.Contains(":") && text.ToLowerInvariant() is not ("ops" or "admin" or "aperture" or "file" or "loopback" or "memory");
}
