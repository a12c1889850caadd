using System.Collections.Generic;
using System.Linq;
using System.Security;
using LightningOps.Gateway.Registry;
using LightningOps.PowerShell.Binding;
using LightningOps.Settings;

namespace LightningOps.PowerShell.CmdletBases;

/// <summary>
/// Gives a command access to a registered gateway: its programs are checked, its secrets are read, and the operator
/// is asked before a secret is sent to another address or certificate than registered.
/// </summary>
internal sealed class RegistrationAccess
{
    private readonly IRegistrationUser command;
    private readonly bool closes;

    /// <param name="command">The command.</param>
    /// <param name="closes">Whether it closes. A gateway that cannot be used then does not keep the others open.</param>
    public RegistrationAccess(IRegistrationUser command, bool closes)
    {
        this.command = command;
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
            RequirePayerBinding(command, gateway);
            return gateway.Endpoints.Any(static endpoint => endpoint.Secret is not null)
                ? RegisteredGatewayExpansion.Create(gateway, gateway.Endpoints.Select(endpoint => ReadSecret(gateway, endpoint)).ToArray())
                : argument;
        }
        catch (LightningOpsException failure) when (closes)
        {
            refused.Add((argument.ToString(), failure));
            return null;
        }
    }

    /// <summary>
    /// An address that others can change in the store gets no secret, no money and no file before the operator has
    /// accepted it.
    /// </summary>
    private void RequireAccepted(RegisteredGateway gateway)
    {
        if (!gateway.IsAccepted && IsExposed(gateway)
            && !command.AllowsMovedSecret("The team's store has " + gateway.Describe() + ", and this account has not accepted that address. Use it?"))
        {
            throw new GatewayAddressException(gateway);
        }
    }

    private bool IsExposed(RegisteredGateway gateway) =>
        gateway.Kind == "file" || (gateway.DrainCommand ?? gateway.UndrainCommand) is not null
        || (gateway.Kind == "ops" && (command.Environment.Find(EnvironmentVariables.GatewayOpsToken) ?? command.Environment.Find(EnvironmentVariables.ProxyAuthorizationHeader)) is not null)
        || (gateway.Kind == "admin" && (command.NamesMacaroon || command.NamesPayer || gateway.Payer is not null));

    /// <summary>The secret of one endpoint, sent only to its registered recipient.</summary>
    /// <exception cref="LightningOpsException">It cannot be read, or would be sent elsewhere.</exception>
    private SecureString ReadSecret(RegisteredGateway gateway, RegisteredEndpoint endpoint)
    {
        var fingerprint = endpoint.CertificateFingerprint ?? (endpoint.CertificatePath is null ? command.AcceptedFingerprint : null);
        var path = endpoint.CertificatePath ?? (endpoint.CertificateFingerprint is null ? command.AcceptedCertificatePath : null);
        var isMacaroon = endpoint.Macaroon is not null;
        RequireBinding(command, gateway, endpoint.Binding, SecretBinding.Create(endpoint.Address, fingerprint, path), isMacaroon ? nameof(RegisteredEndpoint.Macaroon) : nameof(RegisteredEndpoint.OpsToken));
        return command.ReadSecret(endpoint.Secret!, isMacaroon);
    }

    /// <summary>Checks that the secret of the wallet is sent only to its registered recipient.</summary>
    /// <exception cref="LightningOpsException">Others may read its file, or it would be sent elsewhere.</exception>
    public static void RequirePayerBinding(IRegistrationUser command, RegisteredGateway gateway)
    {
        if (!command.NamesPayer && gateway is { Payer: { } payer, PayerSecretFiles: { Count: > 0 } files })
        {
            foreach (var file in files)
            {
                SecretFile.Require(file);
            }

            RequireBinding(command, gateway, gateway.LndBinding, SecretBinding.Create(payer, null, gateway.LndCertificatePath), gateway.LndMacaroonPath is null ? nameof(RegisteredGateway.WalletSecretPath) : nameof(RegisteredGateway.LndMacaroonPath));
        }
    }

    private static void RequireBinding(IRegistrationUser command, RegisteredGateway gateway, SecretBinding? registered, SecretBinding now, string member)
    {
        if (registered == now)
        {
            return;
        }

        registered ??= new SecretBinding("no address", null);
        if (!command.AllowsMovedSecret("The secret of " + gateway.Describe() + " was registered for " + registered + ". Send it to " + now + "?"))
        {
            throw new SecretBindingException(gateway.Name, registered, now, member);
        }
    }
}
