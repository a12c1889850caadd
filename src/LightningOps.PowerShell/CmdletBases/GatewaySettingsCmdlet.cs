using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Net;
using System.Security;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Gateway.Loopback;
using LightningOps.Payments;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Progress;
using LightningOps.PowerShell.Session;
using LightningOps.Reconcile;
using LightningOps.Settings;
using LightningOps.Storage;

namespace LightningOps.PowerShell.CmdletBases;

/// <summary>A cmdlet that takes gateways and their settings. What only some kinds of gateway need is refused when none of that kind is named.</summary>
public abstract class GatewaySettingsCmdlet : StoreCmdlet
{
    private static readonly (string Parameter, GatewayKind[] Kinds)[] Companions =
    [
        (nameof(Macaroon), [GatewayKind.ApertureAdmin]),
        (nameof(MacaroonPath), [GatewayKind.ApertureAdmin]),
        (nameof(TlsCertificatePath), [GatewayKind.ApertureAdmin]),
        (nameof(CertificateFingerprint), [GatewayKind.ApertureAdmin]),
        (nameof(ReloadCommand), [GatewayKind.File]),
        (nameof(ReloadTimeoutSeconds), [GatewayKind.File]),
        (nameof(KeepVersions), [GatewayKind.File]),
        (nameof(HealthUrl), [GatewayKind.File]),
        (nameof(ChallengeUrl), [GatewayKind.Ops, GatewayKind.ApertureAdmin, GatewayKind.File]),
        (nameof(ProxyUrl), [GatewayKind.Ops]),
        (nameof(Payer), [GatewayKind.ApertureAdmin, GatewayKind.File, GatewayKind.Loopback]),
        (nameof(LndMacaroonPath), [GatewayKind.ApertureAdmin, GatewayKind.File, GatewayKind.Loopback]),
        (nameof(LndCertificatePath), [GatewayKind.ApertureAdmin, GatewayKind.File, GatewayKind.Loopback]),
        (nameof(CredentialStorePath), [GatewayKind.ApertureAdmin, GatewayKind.File, GatewayKind.Loopback]),
    ];

    private StageReporter? stages;

    /// <summary>Admin macaroon of an admin gateway, in hex.</summary>
    [Parameter]
    public SecureString? Macaroon { get; set; }

    /// <summary>File of the admin macaroon of an admin gateway (admin.macaroon).</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? MacaroonPath { get; set; }

    /// <summary>File of the one certificate taken of an admin gateway, PEM or DER; without it the system's store decides.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TlsCertificatePath { get; set; }

    /// <summary>SHA-256 fingerprint of the one certificate taken of an admin gateway, hex with or without colons.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CertificateFingerprint { get; set; }

    /// <summary>Program and arguments that restart the Aperture of a file gateway, which reads its file at a start only; no shell reads them. The listener has to be seen going down and coming back: else the result is Written and what the gateway serves is not known.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? ReloadCommand { get; set; }

    /// <summary>Time limit of the reload command, seconds; 30 by default.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int ReloadTimeoutSeconds { get; set; }

    /// <summary>How many earlier versions a file gateway keeps; 10 by default.</summary>
    [Parameter]
    [ValidateRange(0, 10000)]
    public int KeepVersions { get; set; }

    /// <summary>URL that answers 2xx while the Aperture of a file gateway is up; without it the file's listenaddr is tried.</summary>
    [Parameter]
    public Uri? HealthUrl { get; set; }

    /// <summary>
    /// URL that must answer with a challenge. Of an admin or a file gateway: where Aperture listens; the check asks it for
    /// the first rule that sells, and without it the checks of a file gateway are skipped, which is said.
    /// </summary>
    [Parameter]
    public Uri? ChallengeUrl { get; set; }

    /// <summary>URL of an ops gateway that must let a paid request through.</summary>
    [Parameter]
    public Uri? ProxyUrl { get; set; }

    /// <summary>
    /// Wallet that pays for the check of a paid request at an Aperture: executor, executor:https://host,
    /// lnd:https://host:port, simulated or mock. It pays the price of the rule checked, within the budgets. Without it the
    /// check is skipped, which is said.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(PayerCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Payer { get; set; }

    /// <summary>File of a macaroon of an LND node that may pay.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LndMacaroonPath { get; set; }

    /// <summary>File of the one certificate taken of an LND node that pays (tls.cert); without it the system's store decides.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LndCertificatePath { get; set; }

    /// <summary>File that what -Payer bought is kept in. Without it OA_LIGHTNING_OPS_CREDENTIAL_STORE, then the user's own.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CredentialStorePath { get; set; }

    /// <summary>Parameters that are about gateways, beside the one that names them.</summary>
    private protected static IEnumerable<string> GatewaySettings => Companions.Select(static companion => companion.Parameter);

    /// <summary>
    /// Opens gateways; the caller disposes them. Without a name it is that of the mode: ops for Api and Convex, memory for
    /// Mock, and for Local the loopback gateway of the session, where one runs.
    /// </summary>
    /// <param name="names">Gateways as the caller named them.</param>
    /// <param name="mode">The mode in force.</param>
    /// <param name="access">What may be done with a local store.</param>
    /// <param name="own">A loopback gateway of the command's own, which then is the default; null for none.</param>
    /// <exception cref="ConfigException">A name or a setting cannot be used.</exception>
    private protected GatewayList OpenGateways(IReadOnlyList<string> names, ControlPlaneMode mode, StoreAccess access = StoreAccess.Write, LoopbackGateway? own = null)
    {
        var running = own is null ? Context.Gateways.All : [own];
        var references = (names.Count == 0 ? [DefaultName(mode, running)] : names).Select(Resolve).ToArray();
        foreach (var (parameter, kinds) in Companions)
        {
            if (IsBound(parameter) && !references.Any(reference => kinds.Contains(reference.Kind)))
            {
                throw new ConfigException(parameter, "is for another kind of gateway than those named", "Leave -" + parameter + " out, or name the gateway it is for with -Gateway.");
            }
        }

        var settings = Settings() with { Mode = mode, Running = running, Store = mode == ControlPlaneMode.Local ? new LocalStoreOptions { Path = StorePaths.DefaultStorePath(EffectiveEnvironment), Access = access } : null };
        var wallet = OpenWallet();
        return new GatewayList(references.Select(reference => GatewayFactory.Create(reference, settings with { Payer = wallet?.Payer })), wallet);
    }

    /// <summary>Opens leases and outbox for a gateway; the caller disposes them.</summary>
    private protected ReconcileStores OpenStores(IGateway gateway, ControlPlaneMode mode) =>
        ReconcileStores.Open(ControlPlaneSettings.From(EffectiveEnvironment, mode), EffectiveEnvironment, gateway.Name);

    /// <summary>Request of what is done now, when the caller names none; reconcile:api:1795367198056 for example.</summary>
    private protected static string NewRequestId(string kind, ControlPlaneMode mode) =>
        FormattableString.Invariant($"{kind}:{GetModeName(mode)}:{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}");

    /// <summary>Shows the stages of what the command does.</summary>
    /// <param name="activity">What it does, followed by the name of the gateway.</param>
    private protected StageReporter ShowStages(string activity) => stages = new(activity, WriteProgress, WriteVerbose, WriteHostLine);

    /// <inheritdoc/>
    protected sealed override void ReportStopping() => stages?.Stop();

    /// <inheritdoc/>
    private protected sealed override bool WatchesSignals => true;

    private static string DefaultName(ControlPlaneMode mode, IReadOnlyList<LoopbackGateway> running) => mode switch
    {
        ControlPlaneMode.Local when running.Count > 0 => "loopback",
        ControlPlaneMode.Mock => "memory",
        ControlPlaneMode.Api or ControlPlaneMode.Convex => "ops",
        _ => throw new ConfigException("Gateway", "missing: mode " + GetModeName(mode) + " has no gateway of its own", "Start one with Start-L402TestGateway, or name one: -Gateway file:PATH, -Gateway admin:https://host:port or -Gateway ops:https://host."),
    };

    /// <summary>The wallet that -Payer names; null where it is not given.</summary>
    /// <exception cref="ConfigException">It names no wallet.</exception>
    private protected WalletSettings? NamedWallet => Payer is null ? null : new WalletSettings(PayerReference.Parse(Payer), new PayerSettings
    {
        Environment = EffectiveEnvironment,
        MacaroonPath = LndMacaroonPath is null ? null : ResolveFile(LndMacaroonPath),
        CertificatePath = LndCertificatePath is null ? null : ResolveFile(LndCertificatePath),
        Simulated = Context.Gateways.Wallet,
    });

    private ProbeWallet? OpenWallet() => NamedWallet is { } settings
        ? ProbeWallet.Open(settings, CredentialStores.Open(CredentialStorePath is null ? null : ResolveFile(CredentialStorePath), EffectiveEnvironment))
        : null;

    private GatewayReference Resolve(string name)
    {
        var reference = GatewayReference.Parse(name);
        return reference.Kind == GatewayKind.File ? reference with { Place = ResolveFile(reference.Place!) } : reference;
    }

    private GatewaySettings Settings() => new()
    {
        Environment = EffectiveEnvironment,
        ChallengeUrl = ToText(nameof(ChallengeUrl), ChallengeUrl),
        ProxyUrl = ToText(nameof(ProxyUrl), ProxyUrl),
        HealthUrl = ToText(nameof(HealthUrl), HealthUrl),
        Macaroon = ToSecret(Macaroon),
        MacaroonPath = MacaroonPath is null ? null : ResolveFile(MacaroonPath),
        CertificatePath = TlsCertificatePath is null ? null : ResolveFile(TlsCertificatePath),
        CertificateFingerprint = CertificateFingerprint,
        ReloadCommand = ReloadCommand,
        ReloadTimeout = IsBound(nameof(ReloadTimeoutSeconds)) ? TimeSpan.FromSeconds(ReloadTimeoutSeconds) : null,
        KeptVersions = IsBound(nameof(KeepVersions)) ? KeepVersions : null,
    };

    internal static OperatorSecret? ToSecret(SecureString? secret) =>
        secret is null ? null : new OperatorSecret(() => new NetworkCredential(string.Empty, secret).Password.Trim());

    private static string? ToText(string parameter, Uri? url) =>
        url is null or { IsAbsoluteUri: true } ? url?.OriginalString : throw new ConfigException(parameter, "must be an absolute http or https URL", "Give -" + parameter + " as https://host/path.");
}
