using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Artifacts;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Gateway.Endpoints;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Settlements.Books;

namespace LightningOps.Status;

/// <summary>Sources of a status.</summary>
public sealed record StatusSources
{
    /// <summary>The control plane; its creator disposes it.</summary>
    public required IControlPlane ControlPlane { get; init; }

    /// <summary>Name of the control plane: <c>mock</c>, <c>local</c>, <c>api</c> or <c>convex</c>.</summary>
    public required string ControlPlaneName { get; init; }

    /// <summary>The gateways; their creator disposes them.</summary>
    public required IReadOnlyList<IGateway> Gateways { get; init; }

    /// <summary>Gateways that could not be opened, each with the reason.</summary>
    public IReadOnlyList<UnknownValue> Unopened { get; init; } = [];

    /// <summary>The gateways that are not reconciled.</summary>
    public IReadOnlyList<ReconcileSuspension> Suspensions { get; init; } = [];

    /// <summary>Options of the roll-out that would follow.</summary>
    public required ReconcileOptions Options { get; init; }

    /// <summary>Whether challenges are requested from gateways, which creates invoices.</summary>
    public bool AsksGateways { get; init; }

    /// <summary>Whether revenue is also read by owner.</summary>
    public bool ReadsOwners { get; init; }

    /// <summary>The store of bought credentials; null to leave out spending and tokens.</summary>
    public CredentialStore? Purchases { get; init; }

    /// <summary>The current budgets.</summary>
    public SpendLimits Limits { get; init; } = new();

    /// <summary>Folders of smokes. The newest summary.json in each, or in a subfolder, is read.</summary>
    public IReadOnlyList<string> SmokeFolders { get; init; } = [];

    /// <summary>Health file of a watch; null for none.</summary>
    public string? HealthFile { get; init; }

    /// <summary>Macaroon files whose expiry is read.</summary>
    public IReadOnlyList<string> MacaroonFiles { get; init; } = [];

    /// <summary>Further addresses whose TLS certificate is read.</summary>
    public IReadOnlyList<Uri> Addresses { get; init; } = [];
}

/// <summary>Reads a status. Nothing is changed. A failing source only makes its own values unknown.</summary>
public sealed class StatusReader
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly StatusSources sources;
    private readonly TimeProvider time;
    private readonly List<UnknownValue> unknown = [];

    /// <summary>A reader with the system's clock.</summary>
    /// <param name="sources">The sources.</param>
    public StatusReader(StatusSources sources)
        : this(sources, TimeProvider.System)
    {
    }

    /// <summary>A reader.</summary>
    /// <param name="sources">The sources.</param>
    /// <param name="time">Clock of the status.</param>
    public StatusReader(StatusSources sources, TimeProvider time)
    {
        this.sources = sources;
        this.time = time;
    }

    /// <summary>Reads the status.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<L402Status> ReadAsync(CancellationToken cancellationToken)
    {
        unknown.Clear();
        unknown.AddRange(sources.Unopened);
        var now = time.GetUtcNow();
        var gateways = new List<GatewayStatus>();
        var findings = new List<Diagnostic>();
        foreach (var gateway in sources.Gateways)
        {
            var read = await ReadGatewayAsync(gateway, cancellationToken).ConfigureAwait(false);
            var (growth, found) = GrowthFindings.Find(gateway, unknown);
            gateways.Add(read with { Growth = growth });
            findings.AddRange(found);
            findings.AddRange(sources.Suspensions.Where(suspension => suspension.Gateway == gateway.Name).Select(static suspension => new Diagnostic
            {
                Code = ReconcileFailureCodes.ReconcileSuspended,
                Severity = DiagnosticSeverity.Warn,
                Message = suspension.ToWarning(),
            }));
        }

        var switches = await TryAsync("switches", () => sources.ControlPlane.GetSecurityStateAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        if (switches is { IsPartial: true })
        {
            unknown.Add(new UnknownValue("switches", "the control plane cannot be reached; only the denials set on this machine are known"));
        }

        var history = sources.ControlPlane as IDeploymentHistory;
        var last = await ReadDeploymentAsync(history, null, "last roll-out", cancellationToken).ConfigureAwait(false);
        var applied = await ReadDeploymentAsync(history, DeploymentStatus.Applied, "last applied roll-out", cancellationToken).ConfigureAwait(false);
        var watch = ReadWatch();
        var (revenue, day, owners) = await ReadRevenueAsync(now, cancellationToken).ConfigureAwait(false);
        return new L402Status
        {
            TakenAtMs = now.ToUnixTimeMilliseconds(),
            ControlPlane = sources.ControlPlaneName,
            Gateways = gateways,
            Switches = switches,
            Paywalls = await TryAsync("paywalls", () => CountPaywallsAsync(cancellationToken), cancellationToken).ConfigureAwait(false),
            LastRollout = last,
            LastApplied = applied,
            LastSuccessAtMs = Later(watch?.LastSuccessAtMs, applied?.AppliedAtMs),
            Watch = watch,
            Smokes = ReadSmokes(),
            Revenue = revenue,
            RevenueDay = day,
            Owners = owners,
            Spending = sources.Purchases is { } store ? await TryAsync("spending", () => store.ReportSpendingAsync(sources.Limits, cancellationToken), cancellationToken).ConfigureAwait(false) : null,
            Credentials = switches is null or { IsPartial: true } ? null : switches.CredentialRoles.Select(role => GetAge(role, now)).ToArray(),
            Expiring = await ReadExpiringAsync(now, cancellationToken).ConfigureAwait(false),
            Findings = findings,
            NotKnown = unknown.ToArray(),
        };
    }

    private async Task<GatewayStatus> ReadGatewayAsync(IGateway gateway, CancellationToken cancellationToken)
    {
        try
        {
            var check = new DriftCheck(sources.ControlPlane, gateway, time) { ReportsUnreachable = true, AsksGateway = sources.AsksGateways };
            var drift = await check.RunAsync(sources.Options, cancellationToken).ConfigureAwait(false);
            if (drift.Status == DriftStatus.Undetermined)
            {
                unknown.Add(new UnknownValue(gateway.Name, drift.Outcome));
            }

            return From(drift, drift.State ?? await TryReadStateAsync(gateway, drift, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception failure) when (IsExpected(failure, cancellationToken))
        {
            unknown.Add(new UnknownValue(gateway.Name, failure.Message));
            return new GatewayStatus { Gateway = gateway.Name, Drift = DriftStatus.Undetermined, Outcome = "Not known: " + failure.Message, Failure = GetCode(failure) };
        }
    }

    // If the paywalls do not compile, the state of the gateway can still be read.
    private static async Task<GatewayState?> TryReadStateAsync(IGateway gateway, DriftResult drift, CancellationToken cancellationToken)
    {
        if (drift.GatewayFailure is not null)
        {
            return null;
        }

        try
        {
            return await gateway.ReadStateAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (GatewayException)
        {
            return null;
        }
    }

    private static GatewayStatus From(DriftResult drift, GatewayState? state) => new()
    {
        Gateway = drift.Gateway,
        Drift = drift.Status,
        Desired = drift.Valid ? drift.ConfigHash : null,
        Written = GetWritten(state),
        Live = GetLive(state),
        Evidence = state?.Evidence ?? LiveEvidence.NotKnown,
        Selling = CountLive(state, ServedState.Selling),
        Free = CountLive(state, ServedState.Free),
        Closed = CountLive(state, ServedState.Closed),
        Failing = CountLive(state, ServedState.Failing),
        LeftAlone = drift.Plan is null ? null : drift.LeftAlone.Count,
        Plan = drift.Plan?.Summary,
        Outcome = drift.Outcome,
        Failure = drift.GatewayFailure?.Reason,
        Endpoints = ((state ?? drift.PartialState)?.Snapshot as IReadOnlyList<EndpointState>)?.Select(static endpoint => new EndpointStatus
        {
            Endpoint = endpoint.Gateway.Name,
            Written = GetWritten(endpoint.State),
            Live = GetLive(endpoint.State),
            Evidence = endpoint.State?.Evidence ?? LiveEvidence.NotKnown,
            Failure = endpoint.Failure is { } failure ? EndpointGroup.GetReason(failure) : null,
        }).ToArray() ?? [],
    };

    private static string? GetWritten(GatewayState? state) => state?.Written ?? state?.Active?.ConfigHash;

    private static string? GetLive(GatewayState? state) => IsLiveKnown(state) ? state!.Active?.ConfigHash : null;

    // A configuration that is only written may not be live.
    private static int? CountLive(GatewayState? state, ServedState kind) =>
        IsLiveKnown(state) ? state!.Services?.Count(service => ServedServices.Classify(service) == kind) : null;

    private static bool IsLiveKnown(GatewayState? state) => state is { Evidence: not LiveEvidence.NotKnown };

    private async Task<IReadOnlyList<PaywallCount>> CountPaywallsAsync(CancellationToken cancellationToken)
    {
        var listed = sources.ControlPlane is IPaywallStore store
            ? await store.ListAllPaywallsAsync(cancellationToken).ConfigureAwait(false)
            : await sources.ControlPlane.ListPaywallsAsync(cancellationToken).ConfigureAwait(false);
        return listed.GroupBy(static paywall => paywall.Status).OrderBy(static group => group.Key).Select(static group => new PaywallCount(group.Key, group.Count())).ToArray();
    }

    private async Task<Deployment?> ReadDeploymentAsync(IDeploymentHistory? history, DeploymentStatus? status, string what, CancellationToken cancellationToken)
    {
        if (history is null)
        {
            unknown.Add(new UnknownValue(what, "the control plane " + sources.ControlPlaneName + " does not list deployments"));
            return null;
        }

        return (await TryAsync(what, () => history.ListDeploymentsAsync(new DeploymentQuery { Status = status, First = 1 }, cancellationToken), cancellationToken).ConfigureAwait(false))?.FirstOrDefault();
    }

    private async Task<(RevenueRow? All, RevenueRow? Day, IReadOnlyList<RevenueRow>? Owners)> ReadRevenueAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (sources.ControlPlane is not ISettlementHistory books)
        {
            unknown.Add(new UnknownValue("revenue", "the control plane " + sources.ControlPlaneName + " does not list settlements and invoices"));
            return default;
        }

        var read = await TryAsync("revenue", async () => Tuple.Create(
            await books.ListSettlementsAsync(new SettlementQuery { First = int.MaxValue }, cancellationToken).ConfigureAwait(false),
            await books.ListInvoicesAsync(new InvoiceQuery { First = int.MaxValue }, cancellationToken).ConfigureAwait(false)), cancellationToken).ConfigureAwait(false);
        if (read is null)
        {
            return default;
        }

        var own = sources.Purchases is { } store ? await TryAsync("own purchases", () => OwnPurchases.ListAsync(store, cancellationToken), cancellationToken).ConfigureAwait(false) : null;
        var since = (now - Day).ToUnixTimeMilliseconds();
        return (
            RevenueReport.Create(read.Item1, read.Item2, [], own: own).FirstOrDefault() ?? Nothing,
            RevenueReport.Create(read.Item1, read.Item2, [], since, own: own).FirstOrDefault() ?? Nothing,
            sources.ReadsOwners ? RevenueReport.Create(read.Item1, read.Item2, [RevenueGroup.Owner], own: own) : null);
    }

    private static RevenueRow Nothing { get; } = new()
    {
        Settled = 0,
        SettledMsats = 0,
        Undelivered = 0,
        UndeliveredMsats = 0,
        Unproven = 0,
        UnprovenMsats = 0,
        Open = 0,
        OpenMsats = 0,
        Expired = 0,
        ExpiredMsats = 0,
    };

    private WatchHealth? ReadWatch()
    {
        if (sources.HealthFile is null)
        {
            return null;
        }

        var (health, trouble) = WatchHealth.TryRead(sources.HealthFile);
        if (trouble is not null)
        {
            unknown.Add(new UnknownValue("watch", trouble));
        }

        return health;
    }

    private IReadOnlyList<SmokeRun> ReadSmokes()
    {
        var runs = new List<SmokeRun>();
        foreach (var folder in sources.SmokeFolders)
        {
            var name = Path.GetFileName(folder.TrimEnd(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar));
            try
            {
                var newest = new DirectoryInfo(folder).EnumerateFiles(RunRecord.SummaryFile, SearchOption.AllDirectories).OrderByDescending(static file => file.LastWriteTimeUtc).FirstOrDefault();
                if (newest is null)
                {
                    unknown.Add(new UnknownValue("smoke " + name, "the folder holds no " + RunRecord.SummaryFile));
                    continue;
                }

                runs.Add(new SmokeRun(name, SmokeSummary.ReadOk(newest.FullName), new DateTimeOffset(newest.LastWriteTimeUtc).ToUnixTimeMilliseconds()));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                unknown.Add(new UnknownValue("smoke " + name, failure.Message));
            }
        }

        return runs;
    }

    private async Task<IReadOnlyList<ExpiringItem>> ReadExpiringAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var reader = new ExpiryReader(now, unknown);
        foreach (var address in ExpiryReader.FindAddresses(sources.Gateways).Concat(sources.Addresses).Where(static address => address.Scheme == "https").Select(static address => address.GetLeftPart(UriPartial.Authority)).Distinct())
        {
            await reader.AddCertificateAsync(new Uri(address), cancellationToken).ConfigureAwait(false);
        }

        foreach (var gateway in ExpiryReader.FindEndpoints(sources.Gateways))
        {
            reader.AddMacaroon(gateway);
        }

        foreach (var file in sources.MacaroonFiles)
        {
            reader.AddMacaroon(file);
        }

        if (sources.Purchases is { } store && await TryAsync("tokens", () => store.DescribeAsync(new PurchaseQuery(), cancellationToken), cancellationToken).ConfigureAwait(false) is { } purchases)
        {
            reader.AddTokens(purchases);
        }

        return reader.Items.OrderBy(static item => item.ExpiresAtMs).ThenBy(static item => item.Name, StringComparer.Ordinal).ToArray();
    }

    private async Task<T?> TryAsync<T>(string what, Func<Task<T>> read, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (Exception failure) when (IsExpected(failure, cancellationToken))
        {
            unknown.Add(new UnknownValue(what, failure.Message));
            return null;
        }
    }

    private static bool IsExpected(Exception failure, CancellationToken cancellationToken) =>
        failure is LightningOpsException or IOException or UnauthorizedAccessException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private static string GetCode(Exception failure) => failure is LightningOpsException known ? known.Tag : failure.GetType().Name;

    private static long? Later(long? first, long? second) => first is null ? second : second is null ? first : Math.Max(first.Value, second.Value);

    private static CredentialAge GetAge(CredentialRoleState role, DateTimeOffset now)
    {
        var since = role.LastRotatedAtMs ?? role.UpdatedAtMs;
        return new CredentialAge(role.Role, role.Status, role.Version, since, Math.Max(0, (now.ToUnixTimeMilliseconds() - since) / 1000d));
    }
}
