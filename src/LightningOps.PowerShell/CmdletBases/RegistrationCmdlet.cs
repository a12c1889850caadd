using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using LightningOps.Gateway.Registry;
using LightningOps.PowerShell.Completion;

namespace LightningOps.PowerShell.CmdletBases;

/// <summary>A cmdlet that writes the registration of a gateway; only the given members change.</summary>
public abstract class RegistrationCmdlet : StoreCmdlet
{
    private static readonly string[] Members =
    [
        nameof(Endpoint), nameof(Macaroon), nameof(OpsToken), nameof(CertificatePath), nameof(CertificateFingerprint), nameof(ChallengeUrl), nameof(ProxyUrl),
        nameof(HealthUrl), nameof(ReloadCommand), nameof(StopCommand), nameof(DrainCommand), nameof(UndrainCommand), nameof(Payer), nameof(LndMacaroonPath),
        nameof(LndCertificatePath), nameof(Network),
    ];

    /// <summary>Addresses, one for each Aperture of the gateway: URLs, or the path of a file gateway.</summary>
    [Parameter(Position = 2)]
    [Alias("Url", "Path")]
    public string[]? Endpoint { get; set; }

    /// <summary>
    /// Where the admin macaroon is, one for all endpoints or one for each: env:OA_LIGHTNING_NAME, file:PATH (mode 0600),
    /// vault:VAULT/NAME (SecretManagement) or keyvault:VAULT/NAME (Azure Key Vault). The macaroon itself is never accepted. It is
    /// bound to the addresses and certificates registered with it.
    /// </summary>
    [Parameter]
    public string[]? Macaroon { get; set; }

    /// <summary>
    /// Where the bearer token of the ops endpoints of an ops gateway is, one for all endpoints or one for each: written and bound as
    /// -Macaroon is. Without it the token of Connect-LightningOps or OA_LIGHTNING_OPS_GATEWAY_OPS_TOKEN is sent.
    /// </summary>
    [Parameter]
    public string[]? OpsToken { get; set; }

    /// <summary>Files of the certificate to accept, one for all endpoints or one for each, PEM or DER.</summary>
    [Parameter]
    [Alias("TlsCertificatePath")]
    public string[]? CertificatePath { get; set; }

    /// <summary>SHA-256 fingerprints of the certificate to accept, one for all endpoints or one for each.</summary>
    [Parameter]
    public string[]? CertificateFingerprint { get; set; }

    /// <summary>URLs that must answer with a challenge, one for each endpoint.</summary>
    [Parameter]
    public string[]? ChallengeUrl { get; set; }

    /// <summary>URLs of an ops gateway that must let a paid request through, one for each endpoint.</summary>
    [Parameter]
    public string[]? ProxyUrl { get; set; }

    /// <summary>URL that answers 2xx while the Aperture of a file gateway is up.</summary>
    [Parameter]
    public string? HealthUrl { get; set; }

    /// <summary>systemd:UNIT, or program, by its absolute path, and arguments that restart the Aperture of a file gateway.</summary>
    [Parameter]
    public string[]? ReloadCommand { get; set; }

    /// <summary>systemd:UNIT, or program, by its absolute path, and arguments that take the gateway down, where a pause or kill switch does not close it.</summary>
    [Parameter]
    public string[]? StopCommand { get; set; }

    /// <summary>systemd:UNIT, which is started, or program, by its absolute path, and arguments that take an endpoint out of the balancer before a roll-out changes it; {endpoint} stands for its address, {host} for host and port. It ends when no request is in flight.</summary>
    [Parameter]
    public string[]? DrainCommand { get; set; }

    /// <summary>systemd:UNIT, which is started, or program, by its absolute path, and arguments that put an endpoint back into the balancer once it is up.</summary>
    [Parameter]
    public string[]? UndrainCommand { get; set; }

    /// <summary>Wallet for the paid-request check: executor, executor:https://host, lnd:https://host:port, cln:https://host:port, phoenixd:http://127.0.0.1:9740, simulated or mock.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PayerCompleter))]
    public string? Payer { get; set; }

    /// <summary>File, mode 0600, of an LND macaroon with permission to pay. It is bound to the address and certificate of the payer.</summary>
    [Parameter]
    public string? LndMacaroonPath { get; set; }

    /// <summary>File, mode 0600, of the rune of a Core Lightning node or the password of phoenixd. It is bound to the address and certificate of the payer.</summary>
    [Parameter]
    public string? WalletSecretPath { get; set; }

    /// <summary>File with the certificate to accept from a node that pays (tls.cert of LND).</summary>
    [Parameter]
    public string? LndCertificatePath { get; set; }

    /// <summary>Bitcoin network the node of the gateway is on; each question names it. It is not verified.</summary>
    [Parameter]
    [ValidateSet("mainnet", "testnet", "signet", "regtest", "simnet")]
    public string? Network { get; set; }

    /// <summary>Return the registration.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>The registry of this account.</summary>
    private protected GatewayRegistry Registry => GatewayRegistry.ForAccount(CurrentContext.Environment());

    /// <summary>The given members, by name, since a value may be long and an address does not help in the journal.</summary>
    private protected string FormatMembers() =>
        string.Join(", ", MyInvocation.BoundParameters.Keys.Where(static key => Members.Contains(key)).OrderBy(static key => key, StringComparer.Ordinal));

    /// <summary>The registration with the given members.</summary>
    /// <exception cref="ConfigException">A value cannot be used.</exception>
    /// <exception cref="LightningOpsException">Others can change the program of a command, or read the file of a secret.</exception>
    private protected RegisteredGateway Change(RegisteredGateway gateway)
    {
        var changed = gateway with
        {
            Network = Take(nameof(Network), Network, gateway.Network),
            HealthUrl = Take(nameof(HealthUrl), HealthUrl, gateway.HealthUrl),
            ReloadCommand = TakeCommand(nameof(ReloadCommand), ReloadCommand, gateway.ReloadCommand),
            StopCommand = TakeCommand(nameof(StopCommand), StopCommand, gateway.StopCommand),
            DrainCommand = TakeCommand(nameof(DrainCommand), DrainCommand, gateway.DrainCommand),
            UndrainCommand = TakeCommand(nameof(UndrainCommand), UndrainCommand, gateway.UndrainCommand),
            Payer = Take(nameof(Payer), Payer, gateway.Payer),
            LndMacaroonPath = Take(nameof(LndMacaroonPath), LndMacaroonPath is { Length: > 0 } ? ResolveSecretFile(LndMacaroonPath) : null, gateway.LndMacaroonPath),
            WalletSecretPath = Take(nameof(WalletSecretPath), WalletSecretPath is { Length: > 0 } ? ResolveSecretFile(WalletSecretPath) : null, gateway.WalletSecretPath),
            LndCertificatePath = Take(nameof(LndCertificatePath), LndCertificatePath is { Length: > 0 } ? ResolveFile(LndCertificatePath) : null, gateway.LndCertificatePath),
            Endpoints = ChangeEndpoints(gateway),
        };
        return IsBound(nameof(LndMacaroonPath)) || IsBound(nameof(WalletSecretPath)) ? BindPayer(changed) : changed;
    }

    private static RegisteredGateway BindPayer(RegisteredGateway gateway)
    {
        foreach (var file in gateway.PayerSecretFiles)
        {
            SecretFile.Require(file);
        }

        return gateway with
        {
            LndBinding = gateway is { Payer: { } payer, PayerSecretFiles.Count: > 0 } ? SecretBinding.Create(payer, null, gateway.LndCertificatePath) : null,
        };
    }

    private IReadOnlyList<RegisteredEndpoint> ChangeEndpoints(RegisteredGateway gateway)
    {
        var addresses = IsBound(nameof(Endpoint)) ? Endpoint ?? [] : gateway.Endpoints.Select(static endpoint => endpoint.Address).ToArray();
        if (gateway.Kind == "file")
        {
            addresses = addresses.Select(ResolveFile).ToArray();
        }

        if (addresses.Length == 0 && gateway.Kind is ("memory" or "loopback"))
        {
            RequireNoEndpointMembers(gateway.Kind);
        }

        var before = gateway.Endpoints;
        var macaroons = Spread(nameof(Macaroon), Macaroon, before.Select(static endpoint => endpoint.Macaroon?.ToString()), addresses.Length);
        var tokens = Spread(nameof(OpsToken), OpsToken, before.Select(static endpoint => endpoint.OpsToken?.ToString()), addresses.Length);
        var paths = Spread(nameof(CertificatePath), CertificatePath?.Select(ResolveFile).ToArray(), before.Select(static endpoint => endpoint.CertificatePath), addresses.Length);
        var fingerprints = Spread(nameof(CertificateFingerprint), CertificateFingerprint, before.Select(static endpoint => endpoint.CertificateFingerprint), addresses.Length);
        if (gateway.IsShared && IsBound(nameof(CertificatePath)) != IsBound(nameof(CertificateFingerprint)))
        {
            // The fingerprint of a file is what the team shares, so the new one replaces it.
            (IsBound(nameof(CertificatePath)) ? fingerprints : paths).AsSpan().Clear();
        }

        var challenges = Spread(nameof(ChallengeUrl), ChallengeUrl, before.Select(static endpoint => endpoint.ChallengeUrl), addresses.Length);
        var proxies = Spread(nameof(ProxyUrl), ProxyUrl, before.Select(static endpoint => endpoint.ProxyUrl), addresses.Length);
        return addresses.Select((address, place) =>
        {
            var macaroon = macaroons[place] is { } text ? SecretReference.Parse(text, ResolveFile) : null;
            var token = tokens[place] is { } reference ? SecretReference.Parse(reference, ResolveFile, nameof(OpsToken)) : null;
            var isNew = (macaroon is not null && IsBound(nameof(Macaroon))) || (token is not null && IsBound(nameof(OpsToken)));
            if (isNew && (macaroon ?? token) is { Place: SecretPlace.File } file)
            {
                SecretFile.Require(file.Name);
            }

            // A bound secret stays bound to its registered recipient until it is registered again.
            return new RegisteredEndpoint
            {
                Address = address,
                Macaroon = macaroon,
                OpsToken = token,
                CertificatePath = paths[place],
                CertificateFingerprint = fingerprints[place],
                ChallengeUrl = challenges[place],
                ProxyUrl = proxies[place],
                Binding = macaroon is null && token is null ? null
                    : isNew ? SecretBinding.Create(address, fingerprints[place], paths[place])
                    : place < before.Count ? before[place].Binding : null,
            };
        }).ToList();
    }

    // Without an address a member of the endpoints would be dropped.
    private void RequireNoEndpointMembers(string kind)
    {
        foreach (var (member, given) in new[]
        {
            (nameof(Macaroon), Macaroon), (nameof(OpsToken), OpsToken), (nameof(CertificatePath), CertificatePath), (nameof(CertificateFingerprint), CertificateFingerprint),
            (nameof(ChallengeUrl), ChallengeUrl), (nameof(ProxyUrl), ProxyUrl),
        })
        {
            if (given is { Length: > 0 })
            {
                throw new ConfigException(member, "does not apply to a gateway of kind " + kind, "Omit -" + member + ".");
            }
        }
    }

    /// <summary>A value for each endpoint: the given ones, or else the stored ones.</summary>
    private string?[] Spread(string parameter, string[]? given, IEnumerable<string?> before, int endpoints)
    {
        var values = IsBound(parameter) ? given ?? [] : before.ToArray();
        if (!IsBound(parameter) && values.Length != endpoints && values.Distinct(StringComparer.Ordinal).Count() <= 1)
        {
            values = values.Take(1).ToArray();
        }

        return values.Length switch
        {
            0 => new string?[endpoints],
            1 => Enumerable.Repeat(values[0], endpoints).ToArray(),
            var count when count == endpoints => values,
            var count => throw new ConfigException(parameter, FormattableString.Invariant($"{count} for {endpoints} endpoints"), "Specify one for all endpoints, or one per endpoint in their order."),
        };
    }

    private string? Take(string parameter, string? given, string? before) => !IsBound(parameter) ? before : string.IsNullOrEmpty(given) ? null : given;

    private IReadOnlyList<string>? TakeCommand(string parameter, string[]? given, IReadOnlyList<string>? before)
    {
        if (!IsBound(parameter) || given is not { Length: > 0 })
        {
            return IsBound(parameter) ? null : before;
        }

        if (SystemdUnit.IsOne(given))
        {
            SystemdUnit.Require(given, parameter);
        }
        else
        {
            new RegisteredCommand(given, parameter).RequireTrusted();
        }

        return given;
    }
}
