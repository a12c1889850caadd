using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Net;
using System.Security;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Gateway.Endpoints;
using LightningOps.Gateway.Loopback;
using LightningOps.Gateway.Registry;
using LightningOps.Payments;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Progress;
using LightningOps.PowerShell.Session;
using LightningOps.Reconcile;
using LightningOps.Settings;
using LightningOps.Storage;

namespace LightningOps.PowerShell.CmdletBases;

/// <summary>A cmdlet with gateways and their settings. A setting is rejected if it applies to none of the specified gateways.</summary>
public abstract class GatewaySettingsCmdlet : StoreCmdlet, IWalletParameters, IRegistrationUser
{
    private static readonly (string Parameter, GatewayKind[] Kinds)[] Companions =
    [
        (nameof(Macaroon), [GatewayKind.ApertureAdmin]),
        (nameof(MacaroonPath), [GatewayKind.ApertureAdmin]),
        (nameof(TlsCertificatePath), [GatewayKind.Ops, GatewayKind.ApertureAdmin, GatewayKind.File]),
        (nameof(CertificateFingerprint), [GatewayKind.Ops, GatewayKind.ApertureAdmin, GatewayKind.File]),
        (nameof(ReloadCommand), [GatewayKind.File]),
        (nameof(AllowHangup), [GatewayKind.File]),
        (nameof(ReloadTimeoutSeconds), [GatewayKind.File]),
        (nameof(HealthTimeoutSeconds), [GatewayKind.File]),
        (nameof(KeepVersions), [GatewayKind.File]),
        (nameof(HealthUrl), [GatewayKind.File]),
        (nameof(ChallengeUrl), [GatewayKind.Ops, GatewayKind.ApertureAdmin, GatewayKind.File]),
        (nameof(ProxyUrl), [GatewayKind.Ops]),
        (nameof(Payer), [GatewayKind.ApertureAdmin, GatewayKind.File, GatewayKind.Loopback]),
        (nameof(LndMacaroon), [GatewayKind.ApertureAdmin, GatewayKind.File, GatewayKind.Loopback]),
        (nameof(LndMacaroonPath), [GatewayKind.ApertureAdmin, GatewayKind.File, GatewayKind.Loopback]),
        (nameof(WalletSecret), [GatewayKind.ApertureAdmin, GatewayKind.File, GatewayKind.Loopback]),
        (nameof(WalletSecretPath), [GatewayKind.ApertureAdmin, GatewayKind.File, GatewayKind.Loopback]),
        (nameof(LndCertificatePath), [GatewayKind.ApertureAdmin, GatewayKind.File, GatewayKind.Loopback]),
        (nameof(LndCertificateFingerprint), [GatewayKind.ApertureAdmin, GatewayKind.File, GatewayKind.Loopback]),
        (nameof(CredentialStorePath), [GatewayKind.ApertureAdmin, GatewayKind.File, GatewayKind.Loopback]),
    ];

    /// <summary>Settings of a single gateway; another gateway would get its secret, or answer for it.</summary>
    private static readonly string[] OwnSettings =
    [
        nameof(Macaroon), nameof(MacaroonPath), nameof(TlsCertificatePath), nameof(CertificateFingerprint), nameof(ReloadCommand),
        nameof(HealthUrl), nameof(ChallengeUrl), nameof(ProxyUrl),
    ];

    /// <summary>Settings needed only for checks, which a close ignores.</summary>
    private static readonly string[] CheckAddresses = [nameof(HealthUrl), nameof(ChallengeUrl), nameof(ProxyUrl)];

    private StageReporter? stages;
    private Func<string>? places;

    /// <summary>Admin macaroon of an admin gateway, in hex.</summary>
    [Parameter]
    public SecureString? Macaroon { get; set; }

    /// <summary>File of the admin macaroon of an admin gateway (admin.macaroon).</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? MacaroonPath { get; set; }

    /// <summary>File of the one certificate to accept from the gateway, in admin calls and checks, PEM or DER; without it the system's store decides.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TlsCertificatePath { get; set; }

    /// <summary>SHA-256 fingerprint of the one certificate to accept from the gateway, in admin calls and checks, hex with or without colons.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CertificateFingerprint { get; set; }

    /// <summary>systemd:UNIT, or program and arguments that restart the Aperture of a file gateway, which reads its file only at startup. They are not passed through a shell. The listener must be seen going down and coming back; otherwise the result is Written, and it is not known what the gateway serves.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? ReloadCommand { get; set; }

    /// <summary>The reload command may send SIGHUP, which ends Aperture: for a supervisor that traps it. Without it such a roll-out is refused; a close warns and goes on.</summary>
    [Parameter]
    public SwitchParameter AllowHangup { get; set; }

    /// <summary>Time limit of the reload command, seconds; 30 by default.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int ReloadTimeoutSeconds { get; set; }

    /// <summary>How long the Aperture of a file gateway may take to start after the reload command, seconds; by default 60, or three times the last start seen where that is longer. The progress bar shows the time left.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int HealthTimeoutSeconds { get; set; }

    /// <summary>How many earlier versions a file gateway keeps; 10 by default.</summary>
    [Parameter]
    [ValidateRange(0, 10000)]
    public int KeepVersions { get; set; }

    /// <summary>URL that answers 2xx while the Aperture of a file gateway is up; defaults to the listenaddr of the file.</summary>
    [Parameter]
    public Uri? HealthUrl { get; set; }

    /// <summary>
    /// URL that must answer with a challenge. For an admin or file gateway: the address Aperture listens on, where the
    /// check requests the first rule that sells. Without it, the checks of a file gateway are skipped with a warning.
    /// </summary>
    [Parameter]
    public Uri? ChallengeUrl { get; set; }

    /// <summary>URL of an ops gateway that must let a paid request through.</summary>
    [Parameter]
    public Uri? ProxyUrl { get; set; }

    /// <summary>
    /// Wallet for the paid-request check at an Aperture: executor, executor:https://host, lnd:https://host:port,
    /// cln:https://host:port, phoenixd:http://127.0.0.1:9740, simulated or mock. It pays the price of the checked rule,
    /// within the budgets. Without it the check is skipped with a warning.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(PayerCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Payer { get; set; }

    /// <summary>LND macaroon with permission to pay, in hex.</summary>
    [Parameter]
    public SecureString? LndMacaroon { get; set; }

    /// <summary>File of an LND macaroon with permission to pay: binary, or text in hex or base64.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LndMacaroonPath { get; set; }

    /// <summary>A rune of a Core Lightning node that permits getinfo, pay and listpays, or the password of phoenixd.</summary>
    [Parameter]
    public SecureString? WalletSecret { get; set; }

    /// <summary>File of the rune, or of the password of phoenixd: one line of text, or phoenix.conf itself.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? WalletSecretPath { get; set; }

    /// <summary>File with one or more certificates to accept from a node that pays (tls.cert of LND); defaults to the trust store of the system.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LndCertificatePath { get; set; }

    /// <summary>SHA-256 fingerprint of the certificate to accept from a node that pays, in hex with or without colons.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LndCertificateFingerprint { get; set; }

    /// <summary>File that stores the purchases of -Payer. Defaults to OA_LIGHTNING_OPS_CREDENTIAL_STORE, then a file in the data folder of the user.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CredentialStorePath { get; set; }

    /// <summary>Parameters for gateways, besides the one that names them.</summary>
    private protected static IEnumerable<string> GatewaySettings => Companions.Select(static companion => companion.Parameter);

    /// <summary>Warns that a configuration was read of a gateway that was not seen to load it.</summary>
    /// <param name="gateway">Name of the gateway.</param>
    private protected void WarnOfUnknownLoad(string gateway) => WriteWarning(gateway + ": the file was read. It is not known whether the gateway has loaded it.");

    /// <summary>
    /// Opens gateways; the caller disposes them. The default is that of the mode: ops for Api and Convex, memory for
    /// Mock, and for Local the running loopback gateway of the session.
    /// </summary>
    /// <param name="arguments">The given gateways.</param>
    /// <param name="mode">The effective mode.</param>
    /// <param name="access">Access to a local store.</param>
    /// <param name="own">A loopback gateway of the command, which is then the default; null for none.</param>
    /// <param name="closes">Whether it is for a close. A single value for several gateways then leaves out those
    /// gateways (<see cref="GatewayList.Refused" />) and no others.</param>
    /// <exception cref="ConfigException">A name or a setting cannot be used.</exception>
    private protected GatewayList OpenGateways(
        IReadOnlyList<GatewayArgument> arguments, ControlPlaneMode mode, StoreAccess access = StoreAccess.Write, LoopbackGateway? own = null, bool closes = false)
    {
        var running = own is null ? TestGateways.All : [own];
        var expanded = ExpandNames(arguments.Count == 0 ? [new GatewayArgument(DefaultName(mode, running))] : arguments, mode, closes);
        var named = expanded.Where(static argument => argument.Unread is null).Select(argument => (Argument: argument, Reference: Resolve(argument))).ToArray();
        foreach (var (parameter, kinds) in Companions)
        {
            if (IsBound(parameter) && named.Length == expanded.Length && !named.Any(gateway => kinds.Contains(gateway.Reference.Kind)))
            {
                throw new ConfigException(parameter, "does not apply to the gateways specified", "Omit -" + parameter + ", or specify the gateway it applies to with -Gateway.");
            }
        }

        var shared = FindShared(named);
        if (!closes && shared.Count > 0)
        {
            throw CreateSharedError(shared[0].Parameter, shared[0].Gateways);
        }

        var refused = expanded.Where(static argument => argument.Unread is not null).Select(static argument => (Gateway: argument.ToString(), Error: argument.Unread!)).ToList();
        foreach (var (parameter, gateways) in shared)
        {
            if (CheckAddresses.Contains(parameter))
            {
                WriteWarning("-" + parameter + " is one value for several gateways and is not used: " + string.Join(", ", gateways.Select(static gateway => gateway.ToString())) + " are closed without that check.");
            }
            else
            {
                refused.AddRange(gateways.Where(gateway => !refused.Exists(other => other.Gateway == gateway.ToString())).Select(gateway => (gateway.ToString(), (LightningOpsException)CreateSharedError(parameter, gateways))));
            }
        }

        WarnOfPassfileOfRole();
        var settings = Settings() with { Mode = mode, Running = running, Store = mode == ControlPlaneMode.Local ? new LocalStoreOptions { Path = StorePaths.DefaultStorePath(EffectiveEnvironment), Access = access } : null, Postgres = mode == ControlPlaneMode.Postgres ? ControlPlaneFactory.CreatePostgresOptions(ControlPlaneSettings.From(EffectiveEnvironment, mode), EffectiveEnvironment) : null };
        settings = settings with
        {
            HealthUrl = IsShared(nameof(HealthUrl)) ? null : settings.HealthUrl,
            ChallengeUrl = IsShared(nameof(ChallengeUrl)) ? null : settings.ChallengeUrl,
            ProxyUrl = IsShared(nameof(ProxyUrl)) ? null : settings.ProxyUrl,
        };
        var registrations = new RegistrationAccess(this, closes || LeavesOutGateways);
        var accepted = named
            .Where(gateway => !refused.Exists(other => other.Gateway == gateway.Argument.ToString()))
            .Select(gateway => (gateway.Reference, Argument: registrations.Open(gateway.Argument, refused)))
            .Where(static gateway => gateway.Argument is not null)
            .ToArray();
        var wallets = new ProbeWallets(gateway => WalletSettings.Find(gateway, EffectiveEnvironment, TestGateways), () => CredentialStores.Open(CredentialStorePath is null ? null : ResolveFile(CredentialStorePath), EffectiveEnvironment));
        var opened = new List<GatewayArgument>();
        var stopCommands = new List<IReadOnlyList<string>?>();
        var list = new GatewayList(accepted.Select(Open).OfType<IGateway>(), wallets, refused, stopCommands);
        // A close does not wait for a drain, and is not refused because of its program.
        drains = closes ? new Dictionary<string, EndpointDrain>() : CreateDrains(list, opened);
        places = () => string.Join(System.Environment.NewLine, list.All.Select((gateway, place) => "At " + GatewayPlace.Describe(gateway.Name, opened[place].Registered, ListRegistered()) + "."));
        return list;

        // A switch is set even if the address of a gateway is missing; that gateway is then NOT CLOSED, and unknown in a
        // status.
        IGateway? Open((GatewayReference Reference, GatewayArgument? Argument) gateway)
        {
            try
            {
                var made = GatewayFactory.Create(gateway.Reference, gateway.Argument!.Apply(settings with { Payer = wallets.Open(NamedWallet, gateway.Argument.Registered) }, ResolveFile, ResolveSecretFile));
                opened.Add(gateway.Argument);
                stopCommands.Add(gateway.Argument.StopCommand);
                return made;
            }
            catch (ConfigException missing) when (LeavesOutGateways || (closes && missing.Field == EnvironmentVariables.GatewayBaseUrl))
            {
                refused.Add((gateway.Argument!.ToString(), missing));
                return null;
            }
        }

        bool IsShared(string parameter) => shared.Exists(one => one.Parameter == parameter);
    }

    /// <summary>The drains of the gateways' endpoints, by the name of the gateway.</summary>
    private protected IReadOnlyDictionary<string, EndpointDrain> Drains => drains;

    /// <summary>Drain command of the call; null for none.</summary>
    private protected virtual IReadOnlyList<string>? SharedDrainCommand => null;

    /// <summary>Undrain command of the call; null for none.</summary>
    private protected virtual IReadOnlyList<string>? SharedUndrainCommand => null;

    private IReadOnlyDictionary<string, EndpointDrain> drains = new Dictionary<string, EndpointDrain>();

    private Dictionary<string, EndpointDrain> CreateDrains(GatewayList gateways, IReadOnlyList<GatewayArgument> arguments)
    {
        var made = new Dictionary<string, EndpointDrain>(StringComparer.Ordinal);
        for (var place = 0; place < gateways.All.Count; place++)
        {
            var drain = arguments[place].DrainCommand ?? SharedDrainCommand;
            var undrain = arguments[place].UndrainCommand ?? SharedUndrainCommand;
            if (drain is null && undrain is null)
            {
                continue;
            }

            if (drain is null || undrain is null)
            {
                throw new ConfigException(drain is null ? "DrainCommand" : "UndrainCommand", "is missing: an endpoint is taken out of the balancer and put back", "Specify both -DrainCommand and -UndrainCommand.");
            }

            foreach (var (name, command) in new[] { ("DrainCommand", drain), ("UndrainCommand", undrain) })
            {
                if (SystemdUnit.IsOne(command))
                {
                    SystemdUnit.Require(command, name);
                    continue;
                }

                if (!Path.IsPathRooted(command[0]) || !File.Exists(command[0]))
                {
                    throw new ConfigException(name, "must begin with the absolute path of a program that is there", "Write the program and each argument as separate texts: -" + name + " /usr/local/bin/balancer, drain, '{endpoint}'.");
                }

                (command as RegisteredCommand)?.RequireTrusted();
            }

            made[gateways.All[place].Name] = new EndpointDrain(drain, undrain);
        }

        return made;
    }

    /// <summary>Gateways, with registered names replaced by their registrations.</summary>
    /// <param name="arguments">The gateways.</param>
    /// <param name="mode">The effective mode.</param>
    /// <param name="closes">Whether it is for a close, which does not end where the team's store cannot be read.</param>
    /// <exception cref="LightningOpsException">The registry cannot be used.</exception>
    private protected GatewayArgument[] ExpandNames(IReadOnlyList<GatewayArgument> arguments, ControlPlaneMode mode, bool closes) => arguments
        .Select(argument => argument.Unread is not null ? argument
            : closes ? RegisteredGatewayExpansion.ExpandToClose(argument, EffectiveEnvironment, mode, WriteWarning)
            : RegisteredGatewayExpansion.Expand(argument, EffectiveEnvironment, mode))
        .ToArray();

    SecureString IRegistrationUser.ReadSecret(SecretReference reference, bool isMacaroon) => ReadSecret(reference, isMacaroon);

    bool IRegistrationUser.NamesPayer => Payer is not null;

    bool IRegistrationUser.NamesMacaroon => Macaroon is not null || MacaroonPath is not null;

    OperatorEnvironment IRegistrationUser.Environment => EffectiveEnvironment;

    string? IRegistrationUser.AcceptedFingerprint => CertificateFingerprint;

    string? IRegistrationUser.AcceptedCertificatePath => TlsCertificatePath is null ? null : ResolveFile(TlsCertificatePath);

    /// <summary>-Force, or the operator's agreement. A command that does not or cannot ask refuses.</summary>
    bool IRegistrationUser.AllowsMovedSecret(string question) =>
        (MyInvocation.BoundParameters.TryGetValue("Force", out var force) && (SwitchParameter)force)
        || (ConfirmThreshold != ConfirmImpact.None && TryShouldContinue(question, "The address or the certificate of a registered gateway has changed") == true);

    /// <inheritdoc/>
    private protected sealed override string? QuestionPlaces => places?.Invoke();

    /// <summary>Parameters with a single value for several gateways, with these gateways.</summary>
    private List<(string Parameter, GatewayArgument[] Gateways)> FindShared(IReadOnlyCollection<(GatewayArgument Argument, GatewayReference Reference)> named) => Companions
        .Where(companion => OwnSettings.Contains(companion.Parameter) && IsBound(companion.Parameter))
        .Select(companion => (companion.Parameter, Gateways: named.Where(gateway => companion.Kinds.Contains(gateway.Reference.Kind) && !gateway.Argument.Has(companion.Parameter)).Select(static gateway => gateway.Argument).ToArray()))
        .Where(static shared => shared.Gateways.Length > 1)
        .ToList();

    private static ConfigException CreateSharedError(string parameter, IReadOnlyCollection<GatewayArgument> gateways) => new(
        parameter,
        "is one value for " + gateways.Count.ToString(CultureInfo.InvariantCulture) + " gateways: " + string.Join(", ", gateways.Select(static gateway => gateway.ToString())),
        "Name each gateway with its own in a hashtable: -Gateway @{ Kind = 'admin'; Endpoint = 'https://a:8081'; MacaroonPath = 'a.macaroon' }, @{ Kind = 'file'; Path = 'aperture.yaml'; ReloadCommand = 'systemctl', 'restart', 'aperture' }.");

    /// <summary>Opens leases and outbox for a gateway; the caller disposes them.</summary>
    private protected ReconcileStores OpenStores(IGateway gateway, ControlPlaneMode mode, StoreAccess access = StoreAccess.Write) =>
        ReconcileStores.Open(ControlPlaneSettings.From(EffectiveEnvironment, mode) with { StoreAccess = access }, EffectiveEnvironment, gateway.Name);

    /// <summary>Default request id of an operation, for example reconcile:api:1795367198056.</summary>
    private protected static string NewRequestId(string kind, ControlPlaneMode mode) =>
        FormattableString.Invariant($"{kind}:{GetModeName(mode)}:{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}");

    /// <summary>Shows the stages of what the command does.</summary>
    /// <param name="activity">The activity, followed by the name of the gateway.</param>
    private protected StageReporter ShowStages(string activity) => stages = new(activity, WriteProgress, WriteVerbose, WriteHostLine);

    /// <inheritdoc/>
    protected sealed override void ReportStopping() => stages?.Stop();

    /// <inheritdoc/>
    private protected sealed override void ReportAbandoned() =>
        WriteHostLine("Stopped at once, before it was finished. What the gateway serves is not known: look with Test-ApertureDrift, or run the command again. In this session the work goes on in the background, within its time limits, and keeps the lease of the gateway; it ends with the session.");

    /// <inheritdoc/>
    private protected sealed override bool WatchesSignals => true;

    private static string DefaultName(ControlPlaneMode mode, IReadOnlyList<LoopbackGateway> running) => mode switch
    {
        ControlPlaneMode.Local or ControlPlaneMode.Postgres when running.Count > 0 => "loopback",
        ControlPlaneMode.Mock => "memory",
        ControlPlaneMode.Api or ControlPlaneMode.Convex => "ops",
        _ => throw new ConfigException("Gateway", "missing: mode " + GetModeName(mode) + " has no default gateway", "Start one with Start-L402TestGateway, or specify one: -Gateway file:PATH, -Gateway admin:https://host:port or -Gateway ops:https://host."),
    };

    /// <summary>The wallet of -Payer; null if it is not specified.</summary>
    /// <exception cref="ConfigException">The value is not a wallet.</exception>
    private protected WalletSettings? NamedWallet => Payer is null ? null : new(PayerReference.Parse(Payer), ReadWallet()) { MaxSpend = PurchaseLimit };

    /// <summary>The settings of the wallet parameters.</summary>
    private protected PayerSettings ReadWallet() => WalletSettings.Read(this, EffectiveEnvironment, ResolveFile, ResolveSecretFile, TestGateways);

    /// <summary>Whether a gateway with unusable settings is left out (<see cref="GatewayList.Refused" />) instead of ending the command.</summary>
    private protected virtual bool LeavesOutGateways => false;

    /// <summary>Maximum cost of a purchase in a check, fees included; null for the limit of the session.</summary>
    private protected virtual Msats? PurchaseLimit => null;

    private GatewayReference Resolve(GatewayArgument argument) => ResolveGateway(argument.Resolve());

    private GatewaySettings Settings() => new()
    {
        Environment = EffectiveEnvironment,
        ChallengeUrl = ToText(nameof(ChallengeUrl), ChallengeUrl),
        ProxyUrl = ToText(nameof(ProxyUrl), ProxyUrl),
        HealthUrl = ToText(nameof(HealthUrl), HealthUrl),
        Macaroon = ToSecret(Macaroon),
        MacaroonPath = MacaroonPath is null ? null : ResolveSecretFile(MacaroonPath),
        CertificatePath = TlsCertificatePath is null ? null : ResolveFile(TlsCertificatePath),
        CertificateFingerprint = CertificateFingerprint,
        ReloadCommand = ReloadCommand,
        AllowHangup = AllowHangup,
        ReloadTimeout = IsBound(nameof(ReloadTimeoutSeconds)) ? TimeSpan.FromSeconds(ReloadTimeoutSeconds) : null,
        HealthTimeout = IsBound(nameof(HealthTimeoutSeconds)) ? TimeSpan.FromSeconds(HealthTimeoutSeconds) : null,
        KeptVersions = IsBound(nameof(KeepVersions)) ? KeepVersions : null,
    };

    internal static OperatorSecret? ToSecret(SecureString? secret) =>
        secret is null ? null : new OperatorSecret(() => new NetworkCredential(string.Empty, secret).Password.Trim());

    private static string? ToText(string parameter, Uri? url) =>
        url is null or { IsAbsoluteUri: true } ? url?.OriginalString : throw new ConfigException(parameter, "must be an absolute http or https URL", "Specify -" + parameter + " as https://host/path.");
}
