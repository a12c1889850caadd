using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Net;
using System.Security;
using LightningOps.Gateway.Registry;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.Session;
using LightningOps.Settings;

namespace LightningOps.PowerShell.CmdletBases;

/// <summary>
/// Lets a command use a registered gateway: its programs are looked at, its secrets are read, and where a secret would go to
/// another address or certificate than registered, the operator is asked.
/// </summary>
internal sealed class RegistrationAccess
{
    private readonly GatewaySettingsCmdlet cmdlet;
    private readonly OperatorEnvironment environment;
    private readonly Func<string, string> resolveFile;
    private readonly bool closes;

    /// <param name="cmdlet">The command.</param>
    /// <param name="environment">The settings in force.</param>
    /// <param name="resolveFile">Resolves a path of the session.</param>
    /// <param name="closes">Whether it closes: a gateway that cannot be used then leaves the others to be closed.</param>
    public RegistrationAccess(GatewaySettingsCmdlet cmdlet, OperatorEnvironment environment, Func<string, string> resolveFile, bool closes)
    {
        this.cmdlet = cmdlet;
        this.environment = environment;
        this.resolveFile = resolveFile;
        this.closes = closes;
    }

    /// <summary>The gateway with its secrets; null where it is refused.</summary>
    /// <exception cref="LightningOpsException">It cannot be used, and the command does not close.</exception>
    public GatewayArgument? Open(GatewayArgument argument, List<(string Gateway, LightningOpsException Error)> refused)
    {
        if (argument.Registered is not { } gateway)
        {
            return argument;
        }

        try
        {
            if (gateway.ReloadCommand is { } reload && !SystemdUnit.IsOne(reload))
            {
                new RegisteredCommand(reload, nameof(RegisteredGateway.ReloadCommand)).RequireTrusted();
            }

            RequireAccepted(gateway);
            RequirePayerBinding(gateway);
            return gateway.Endpoints.Any(static endpoint => endpoint.Macaroon is not null)
                ? RegisteredGatewayExpansion.Create(gateway, gateway.Endpoints.Select(endpoint => ReadMacaroon(gateway, endpoint)).ToArray())
                : argument;
        }
        catch (LightningOpsException failure) when (closes)
        {
            refused.Add((argument.ToString(), failure));
            return null;
        }
    }

    /// <summary>An address that others can change in the store gets no secret, no money and no file before the operator has seen it.</summary>
    private void RequireAccepted(RegisteredGateway gateway)
    {
        if (!gateway.IsAccepted && IsExposed(gateway)
            && !cmdlet.AllowsMovedSecret("The team's store has " + gateway.Describe() + ", and this account has not accepted that address. Use it?"))
        {
            throw new GatewayAddressException(gateway);
        }
    }

    private bool IsExposed(RegisteredGateway gateway) =>
        gateway.Kind == "file" || (gateway.DrainCommand ?? gateway.UndrainCommand) is not null
        || (gateway.Kind == "ops" && (environment.Find(EnvironmentVariables.GatewayOpsToken) ?? environment.Find(EnvironmentVariables.ProxyAuthorizationHeader)) is not null)
        || (gateway.Kind == "admin" && (cmdlet.Macaroon is not null || cmdlet.MacaroonPath is not null || cmdlet.Payer is not null || gateway.Payer is not null));

    private SecureString ReadMacaroon(RegisteredGateway gateway, RegisteredEndpoint endpoint)
    {
        var fingerprint = endpoint.CertificateFingerprint ?? (endpoint.CertificatePath is null ? cmdlet.CertificateFingerprint : null);
        var path = endpoint.CertificatePath ?? (endpoint.CertificateFingerprint is null && cmdlet.TlsCertificatePath is { } named ? resolveFile(named) : null);
        RequireBinding(gateway, endpoint.Binding, SecretBinding.Create(endpoint.Address, fingerprint, path));
        return cmdlet.ReadSecret(endpoint.Macaroon!, environment);
    }

    private void RequirePayerBinding(RegisteredGateway gateway)
    {
        if (cmdlet.Payer is null && gateway is { Payer: { } payer, PayerSecretFiles: { Count: > 0 } files })
        {
            foreach (var file in files)
            {
                SecretFile.Require(file);
            }

            RequireBinding(gateway, gateway.LndBinding, SecretBinding.Create(payer, null, gateway.LndCertificatePath));
        }
    }

    private void RequireBinding(RegisteredGateway gateway, SecretBinding? registered, SecretBinding now)
    {
        if (registered == now)
        {
            return;
        }

        registered ??= new SecretBinding("no address", null);
        if (!cmdlet.AllowsMovedSecret("The secret of " + gateway.Describe() + " was registered for " + registered + ". Send it to " + now + "?"))
        {
            throw new SecretBindingException(gateway.Name, registered, now);
        }
    }
}
