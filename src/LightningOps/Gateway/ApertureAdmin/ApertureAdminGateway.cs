using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.Planning;
using LightningOps.Gateway.Probes;
using LightningOps.Gateway.Records;
using LightningOps.Gateway.Routing;
using LightningOps.Http;
using LightningOps.L402;
using LightningOps.L402.Macaroons;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>
/// An Aperture with its admin API. Services are changed, deleted and appended one call at a time, in an order in
/// which no request ever gets a service that is neither its old nor its new one. A failed roll-out restores the
/// previous list.
/// </summary>
internal sealed class ApertureAdminGateway : IGateway, IGatewayTransactions, IGatewayOffers, IListenerAddresses, IRouteProbes, IListedPrices, IServiceReopening, IServiceDetails, IApertureApi, IChangeDurability, IChangeProgress, IMacaroonHolder
{
    /// <summary>Beginning of the names of these gateways.</summary>
    public const string NamePrefix = "aperture:";

    private readonly ApertureAdminGatewayOptions options;
    private readonly string baseUrl;
    private readonly GatewayHttp http;
    private readonly SaleProbes sales;
    private readonly AdminApi api;
    private readonly AdminRollout rollouts;
    private readonly AdminClosing closings;
    private readonly AdminDurability durability;
    private readonly AdminOthers others;
    private IReadOnlyList<GatewayService>? lastRead;
    private ChangeDurability? known;
    private IReadOnlyList<string> unsaved = [];
    private IReadOnlyList<string> backAfterRestart = [];
    private IReadOnlyList<GatewayService> unkept = [];
    private IReadOnlyList<string> unwritten = [];

    /// <summary>Creates a gateway; nothing is sent yet.</summary>
    /// <exception cref="ConfigException">An option cannot be used.</exception>
    public ApertureAdminGateway(ApertureAdminGatewayOptions options)
    {
        this.options = options;
        if (options.Macaroon is null && options.MacaroonPath is null)
        {
            throw new ConfigException(nameof(options.MacaroonPath), "the admin API needs its macaroon", "Specify -MacaroonPath, the admin.macaroon of the Aperture, or -Macaroon.");
        }

        baseUrl = HttpAddress.CheckBase("Gateway", options.BaseUrl, options.Http.AllowInsecure, "Name the admin API with its scheme: -Gateway admin:https://host:port. -MacaroonPath names its macaroon.");
        http = new GatewayHttp(Name, options.Http, () => new[] { Macaroon() }, CertificatePin.Read(options.CertificateFingerprint, options.CertificatePath));
        sales = new SaleProbes(options.Probes, http, options.Http.AllowInsecure);
        api = new AdminApi(http, baseUrl, Macaroon);
        closings = new AdminClosing(Name, api);
        rollouts = new AdminRollout(Name, api, closings);
        durability = new AdminDurability(api, options.ConfigPath, options.DatabaseRole);
        others = new AdminOthers(api, closings, durability);
    }

    Action<int, int>? IChangeProgress.Changed
    {
        set => closings.Progress = value;
    }

    ChangeDurability? IChangeDurability.Durability => known;

    IReadOnlyList<string> IChangeDurability.Unsaved => unsaved;

    IReadOnlyList<string> IChangeDurability.LeftClosed => [];

    IReadOnlyList<GatewayService> IChangeDurability.Unkept => unkept;

    IReadOnlyList<string> IChangeDurability.Unwritten => unwritten;

    IReadOnlyList<string> IChangeDurability.BackAfterRestart => backAfterRestart;

    /// <inheritdoc/>
    public string Name => NamePrefix + baseUrl;

    /// <inheritdoc/>
    public async Task<GatewayState> ReadStateAsync(CancellationToken cancellationToken)
    {
        var (record, failure) = await TryReadRecordAsync(cancellationToken).ConfigureAwait(false);
        var services = await api.ListAsync(cancellationToken).ConfigureAwait(false);
        var offers = await TryReadOffersAsync(cancellationToken).ConfigureAwait(false);
        lastRead = services;
        return new GatewayState
        {
            Active = AdminDeployment.From(services, record),
            Services = services,
            Snapshot = new Snapshot(services, record, offers),
            Origins = GetOrigins(record, failure),
            RecordFailure = failure,
            CanRestore = true,
        };
    }

    // A listed service may be of the file or a row of the database, with members that the API does not carry.
    ServiceDetail IServiceDetails.GetDetail(GatewayState state, GatewayService service) => new(ServedService.NotKnown, null);

    (IReadOnlyList<GatewayService> Services, LiveEvidence Evidence) IServiceDetails.GetServed(GatewayState state) => (state.Services ?? [], state.Evidence);

    bool? IServiceDetails.GetOffersPayment(GatewayState state) => GetSnapshot(state, "read").Offers?.Payments;

    string IMacaroonHolder.RevealMacaroon() => ReadMacaroon();

    AdminApi IApertureApi.GetApi(string operation) => api;

    /// <inheritdoc/>
    public Task<SettledTransactionPage> ListSettledAsync(SettledTransactionQuery query, CancellationToken cancellationToken) =>
        api.ListSettledAsync(query, cancellationToken);

    /// <inheritdoc/>
    public Task<GatewayOffers> ReadOffersAsync(CancellationToken cancellationToken) => api.ReadOffersAsync(cancellationToken);

    /// <inheritdoc/>
    public RolloutPlan Plan(GatewayState state, GatewayRollout rollout)
    {
        var snapshot = GetSnapshot(state, "plan");
        var declared = DesiredServices.From(rollout.Rules, withExtras: false);
        var names = GetNames(snapshot.Record, declared);
        var schemes = new AdminSchemes(snapshot.Offers, snapshot.Services);
        var (wanted, plan) = Make(snapshot, declared, schemes, name => rollout.Prune || names.Contains(name));
        return new RolloutPlan
        {
            Gateway = Name,
            CurrentConfigHash = plan.Steps.Count > 0 ? state.Active?.ConfigHash : snapshot.Record.Unsaved.Count > 0 ? null : rollout.ConfigHash,
            ConfigHash = rollout.ConfigHash,
            Changes =
            [
                .. RolloutPlanner.Compare(
                    snapshot.Services.Where(service => rollout.Prune || names.Contains(service.Name)).ToArray(),
                    wanted,
                    plan.Recreated),
                .. GetChangesOfOthers(snapshot, names, rollout),
            ],
            Examples = new RequestExamples(AdminDynamicPrices.WithAsked(snapshot.Services, state.AskedPrices), GetServicesAfter(snapshot, plan, names, rollout)),
            LeftAlone = rollout.Prune || rollout.CloseOthers || state.FindLeftAlone(names) is not { Count: > 0 } leftAlone ? null : leftAlone,
            Diagnostics = AdminRefusals.GetRefusals(rollout, wanted, plan.Steps)
                .Concat(FindStopByAnother(snapshot, wanted, rollout))
                .Concat(schemes.GetDiagnostics(declared, wanted))
                .Concat(AdminDynamicPrices.GetDiagnostics(plan, snapshot.Services, state.AskedPrices, rollout))
                .Concat(AdminDiagnostics.GetDiagnostics(plan, snapshot.Services, wanted, snapshot.Record, rollout, durability.ReadFile()?.Services))
                .Concat(others.FindLoss(FindOpenOthers(snapshot.Services, names, rollout).Select(service => service.Name).ToArray()) is { } loss ? [loss] : [])
                .Concat(AdminDiagnostics.GetUnsaved(snapshot.Record) is { } lost ? [lost] : [])
                .ToArray(),
        };
    }

    /// <inheritdoc/>
    public async Task<GatewayDeployment> ApplyAsync(GatewayRollout rollout, CancellationToken cancellationToken)
    {
        var read = lastRead;
        var state = await ReadStateAsync(cancellationToken).ConfigureAwait(false);
        if (state.RecordFailure is { } unreadable)
        {
            throw unreadable;
        }

        if (read is not null && AdminListGuard.FindChanged(read, state.Services!) is { Count: > 0 } changed)
        {
            throw new GatewayChangedException(Name, changed);
        }

        lastRead = null;
        if (Plan(state, rollout).Diagnostics.FirstOrDefault(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error) is { } refusal)
        {
            throw new GatewayException(Name, "apply", refusal.Code, refusal.Message);
        }

        var before = (Snapshot)state.Snapshot!;
        var declared = DesiredServices.From(rollout.Rules, withExtras: false);
        var names = GetNames(before.Record, declared);
        var wanted = Make(before, declared, new AdminSchemes(before.Offers, before.Services), name => rollout.Prune || names.Contains(name)).Wanted;

        // Written first, so that a created service always has a record of its maker, and a closed one of its former state.
        var open = FindOpenOthers(before.Services, names, rollout);
        var record = before.Record with { Names = names.ToArray(), Others = AdminOthers.Keep(before.Record.Others, open) };
        await options.Records.WriteAsync(Name, record, cancellationToken).ConfigureAwait(false);
        try
        {
            await rollouts.ConvergeAsync(_ => wanted, name => rollout.Prune || names.Contains(name), cancellationToken).ConfigureAwait(false);
            if (open.Count > 0)
            {
                var closed = new HashSet<string>(open.Select(service => service.Name), StringComparer.Ordinal);
                await closings.CloseAsync(service => !service.IsClosed && closed.Contains(service.Name), cancellationToken).ConfigureAwait(false);
            }

            var kept = rollout.IsPaused ? record.Others : await RestoreOthersAsync(record, cancellationToken).ConfigureAwait(false);
            await LookAsync(before.Record.Unsaved, cancellationToken).ConfigureAwait(false);
            await RecordAsync(rollout, wanted, kept).ConfigureAwait(false);
        }
        catch (Exception e) when (e is GatewayException or OperationCanceledException)
        {
            await RestoreAfterFailureAsync(before, names, e).ConfigureAwait(false);
            throw;
        }

        return new GatewayDeployment { DeploymentId = rollout.DeploymentId, ConfigHash = rollout.ConfigHash };
    }

    /// <inheritdoc/>
    public async Task<GatewayDeployment?> RollBackAsync(string requestId, string deploymentId, GatewayState state, CancellationToken cancellationToken)
    {
        var before = GetSnapshot(state, "roll back");
        var made = await options.Records.ReadAsync(Name, cancellationToken).ConfigureAwait(false);
        var names = new HashSet<string>(before.Record.Names.Concat(made.Names), StringComparer.Ordinal);
        await RestoreAsync(before, names, cancellationToken).ConfigureAwait(false);
        return state.Active;
    }

    /// <inheritdoc/>
    public RolloutPlan? PlanClosing(GatewayState state, GatewayClosing closing)
    {
        var snapshot = GetSnapshot(state, "plan");
        Func<GatewayService, bool> closes = closing.For(state.Origins).Closes;
        return ClosedServices.Plan(Name, state.Active?.ConfigHash, snapshot.Services, closes) is { } plan
            ? plan with
            {
                Diagnostics =
                [
                    .. AdminRefusals.FindUnaddressable(plan.Changes.Select(change => change.Name)) is { } unaddressable ? new[] { unaddressable with { Severity = DiagnosticSeverity.Warn } } : [],
                    .. closing.IncludesOthers && others.FindLoss(plan.Changes.Select(change => change.Name).Where(name => !state.Origins.IsMadeHere(name)).ToArray()) is { } loss ? new[] { loss } : [],
                ],
                ConfigHash = AdminDeployment.From(ClosedServices.Close(snapshot.Services, closes), snapshot.Record)?.ConfigHash ?? plan.ConfigHash,
            }
            : null;
    }

    /// <inheritdoc/>
    public async Task<GatewayDeployment?> CloseAsync(GatewayClosing closing, CancellationToken cancellationToken)
    {
        var (record, failure) = await TryReadRecordAsync(cancellationToken).ConfigureAwait(false);
        lastRead = null;
        var denied = closing.For(GetOrigins(record, failure));

        // Written first, so that a closed service always has a record of who closed it and of its former state.
        record = await RememberClosedAsync(record, denied, GetOrigins(record, failure), failure is null, cancellationToken).ConfigureAwait(false);

        var services = await closings.CloseAsync(denied.Closes, cancellationToken).ConfigureAwait(false);
        await LookAsync(record.Unsaved, cancellationToken).ConfigureAwait(false);
        if (failure is null && !unsaved.SequenceEqual(record.Unsaved))
        {
            record = record with { Unsaved = unsaved };
            await TryWriteAsync(record).ConfigureAwait(false);
        }

        // Its services stay in the record. They are no longer live, so the record does not identify the deployment.
        return AdminDeployment.From(services, record);
    }

    bool IServiceReopening.CarriesFeatures => false;

    Diagnostic? IServiceReopening.FindRefusal(GatewayState state) => null;

    async Task<GatewayDeployment?> IServiceReopening.ReopenAsync(GatewayReopening reopening, CancellationToken cancellationToken)
    {
        var record = await options.Records.ReadAsync(Name, cancellationToken).ConfigureAwait(false);
        if (lastRead is not null && AdminListGuard.FindChanged(lastRead, await api.ListAsync(cancellationToken).ConfigureAwait(false)) is { Count: > 0 } changed)
        {
            throw new GatewayChangedException(Name, changed);
        }

        lastRead = null;
        var services = await closings.ChangeAsync(service => reopening.Reopen(service, withExtras: false), "reopen", cancellationToken).ConfigureAwait(false);
        var closed = new HashSet<string>(services.Where(service => service.IsClosed).Select(service => service.Name), StringComparer.Ordinal);
        var kept = reopening.IncludesOthers ? await RestoreOthersAsync(record, cancellationToken).ConfigureAwait(false) : record.Others;
        await LookAsync(record.Unsaved, cancellationToken).ConfigureAwait(false);
        await options.Records.WriteAsync(Name, record with { Closed = record.Closed.Where(closed.Contains).ToArray(), Rules = record.Rules is { } rules ? reopening.Open(rules) : null, Others = kept, Unsaved = unsaved }, CancellationToken.None).ConfigureAwait(false);
        return AdminDeployment.From(services, record);
    }

    bool IRouteProbes.CanAsk => sales.CanAsk;

    Task<ProbeResult> IRouteProbes.AskClosedAsync(string host, string path, CancellationToken cancellationToken) => sales.AskClosedAsync(host, path, cancellationToken);

    Task<ProbeResult> IRouteProbes.AskPriceAsync(ProbeRoute route, CancellationToken cancellationToken) => ProbeChallengeAsync(route, cancellationToken);

    Task<ProbeResult> IRouteProbes.BuyAsync(ProbeRoute route, ProbeResult price, CancellationToken cancellationToken) => ProbeProxyAsync(route, price, cancellationToken);

    /// <inheritdoc/>
    public Task<ProbeResult> ProbeHealthAsync(CancellationToken cancellationToken) =>
        new GatewayProbes(http).ForSuccessAsync(api.Health, cancellationToken);

    /// <inheritdoc/>
    public Task<ProbeResult> ProbeChallengeAsync(ProbeRoute? route, CancellationToken cancellationToken) => sales.ChallengeAsync(route, cancellationToken);

    /// <inheritdoc/>
    public Task<ProbeResult> ProbeProxyAsync(ProbeRoute? route, ProbeResult challenge, CancellationToken cancellationToken) =>
        sales.ProxyAsync(route, challenge, cancellationToken);

    IReadOnlyList<string> IListenerAddresses.GetListeners() => [.. ListenerAddresses.From(baseUrl, options.Probes.BaseUrl)];

    /// <inheritdoc/>
    public void Dispose()
    {
        http.Dispose();
        options.Records.Dispose();
    }

    /// <inheritdoc/>
    bool IListedPrices.CanAskPrices => sales.CanAsk;

    /// <inheritdoc/>
    async Task<GatewayState> IListedPrices.AskPricesAsync(GatewayState state, IReadOnlyList<(GatewayService Service, string Host, string Path)> requests, CancellationToken cancellationToken)
    {
        var asked = new Dictionary<string, AskedPrice>(StringComparer.Ordinal);
        foreach (var (service, host, path) in requests)
        {
            if (await sales.AskPriceAsync(service, host, path, cancellationToken).ConfigureAwait(false) is { } price)
            {
                asked[service.Name] = price;
            }
        }

        return state with { AskedPrices = asked };
    }

    /// <summary>The plan, with the resulting scheme of each service. Recreated services keep the schemes they accept now.</summary>
    private static (IReadOnlyList<GatewayService> Wanted, AdminPlan Plan) Make(Snapshot snapshot, IReadOnlyList<GatewayService> declared, AdminSchemes schemes, Func<string, bool> isOurs)
    {
        var wanted = schemes.Complete(declared);
        var plan = AdminPlanner.Make(snapshot.Services, wanted, isOurs);
        if (plan.Recreated.Count == 0)
        {
            return (wanted, plan);
        }

        var created = schemes.Complete(declared, plan.Recreated);
        return (created, AdminPlanner.Make(snapshot.Services, created, isOurs));
    }

    // Never a failure: denied services must be closed regardless of this answer.
    private async Task<GatewayOffers?> TryReadOffersAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await api.ReadInfoAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (GatewayException)
        {
            return null;
        }
    }

    /// <summary>Open services of others that are to be closed too.</summary>
    private static IReadOnlyList<GatewayService> FindOpenOthers(IReadOnlyList<GatewayService> services, ICollection<string> names, GatewayRollout rollout) =>
        rollout.CloseOthers ? services.Where(service => !service.IsClosed && !names.Contains(service.Name)).ToArray() : [];

    private static IEnumerable<ServiceChange> GetChangesOfOthers(Snapshot snapshot, ICollection<string> names, GatewayRollout rollout)
    {
        var kept = snapshot.Record.Others.ToDictionary(static service => service.Name, StringComparer.Ordinal);
        return FindOpenOthers(snapshot.Services, names, rollout)
            .SelectMany(service => RolloutPlanner.Compare([service], [service.Closed()]))
            .Concat(rollout.IsPaused ? [] : snapshot.Services.Where(service => service.IsClosed && kept.ContainsKey(service.Name)).SelectMany(service => RolloutPlanner.Compare([service], [kept[service.Name]])));
    }

    // A change through the API ends a price server; a service without a step keeps it.
    private static IReadOnlyList<GatewayService> GetServicesAfter(Snapshot snapshot, AdminPlan plan, ICollection<string> names, GatewayRollout rollout)
    {
        var closed = new HashSet<string>(FindOpenOthers(snapshot.Services, names, rollout).Select(static service => service.Name), StringComparer.Ordinal);
        var kept = rollout.IsPaused ? [] : snapshot.Record.Others.ToDictionary(static service => service.Name, StringComparer.Ordinal);
        return plan.Apply(snapshot.Services)
            .Select(service => closed.Contains(service.Name) ? service.Closed() : service.IsClosed && kept.TryGetValue(service.Name, out var open) ? open : service)
            .ToArray();
    }

    /// <summary>Restores services of others that a global pause closed.</summary>
    /// <returns>Services that could not be restored.</returns>
    private async Task<IReadOnlyList<GatewayService>> RestoreOthersAsync(GatewayRecord record, CancellationToken cancellationToken)
    {
        if (record.Others.Count == 0)
        {
            return [];
        }

        backAfterRestart = await others.RestoreAsync(record.Others, cancellationToken).ConfigureAwait(false);
        return [];
    }

    /// <summary>Sends again the changes that a restart would lose, and checks whether the changes are stored.</summary>
    private async Task LookAsync(IReadOnlyList<string> again, CancellationToken cancellationToken)
    {
        var changed = new HashSet<string>(api.TakeChanged(), StringComparer.Ordinal);
        if (changed.Count == 0 && again.Count == 0)
        {
            (known, unsaved) = (null, []);
            return;
        }

        try
        {
            var services = await api.ListAsync(cancellationToken).ConfigureAwait(false);
            foreach (var service in services.Where(service => again.Contains(service.Name) && !changed.Contains(service.Name) && !AdminRefusals.IsUnaddressable(service.Name)))
            {
                await api.ExecuteAsync(new UpdateStep(new GatewayService { Name = service.Name }, service), cancellationToken).ConfigureAwait(false);
            }

            // A deletion too: if its row is still stored, the service returns after a restart.
            foreach (var name in again.Where(name => !changed.Contains(name) && !AdminRefusals.IsUnaddressable(name) && services.All(service => service.Name != name)))
            {
                await api.ExecuteAsync(new DeleteStep(name), cancellationToken).ConfigureAwait(false);
            }

            changed.UnionWith(api.TakeChanged());
            var (seen, lost) = await durability.LookAsync(changed, services, cancellationToken).ConfigureAwait(false);
            (known, unsaved) = (changed.Count == 0 ? null : seen, lost);
        }
        catch (GatewayException)
        {
            (known, unsaved) = (ChangeDurability.NotKnown, again);
        }
    }

    private static HashSet<string> GetNames(GatewayRecord record, IReadOnlyList<GatewayService> wanted) =>
        new(record.Names.Concat(wanted.Select(service => service.Name)), StringComparer.Ordinal);

    /// <summary>
    /// The list names no user. A service made here that is closed, and was not closed here, counts as stopped by
    /// another.
    /// </summary>
    private static IEnumerable<Diagnostic> FindStopByAnother(Snapshot snapshot, IReadOnlyList<GatewayService> wanted, GatewayRollout rollout)
    {
        if (rollout.OverrideStop)
        {
            yield break;
        }

        var reopened = new HashSet<string>(wanted.Where(service => !service.IsClosed).Select(service => service.Name), StringComparer.Ordinal);
        reopened.IntersectWith(snapshot.Record.Names);
        reopened.ExceptWith(snapshot.Record.Closed);
        reopened.ExceptWith(snapshot.Record.Services.Where(service => service.WasClosed).Select(service => service.Name));
        var stopped = snapshot.Services.Where(service => service.WasClosed && reopened.Contains(service.Name)).Select(service => service.Name).ToArray();
        if (stopped.Length > 0)
        {
            yield return RolloutRefusals.Create(GatewayStop.Code, "Another store closed " + string.Join(", ", stopped.Take(20)) + (stopped.Length > 20 ? ", \u2026" : string.Empty) + ". Lift the stop there, or use -OverrideStop");
        }
    }

    // Never a failure: the service is closed, and without a record only the next roll-out requires -OverrideStop.
    private async Task<GatewayRecord> RememberClosedAsync(GatewayRecord record, GatewayClosing closing, ServiceOrigins origins, bool isRecorded, CancellationToken cancellationToken)
    {
        var closed = record.Names.Where(name => closing.Denies(new GatewayService { Name = name })).Union(record.Closed, StringComparer.Ordinal).ToArray();
        var open = Array.Empty<GatewayService>();
        try
        {
            open = closing.IncludesOthers ? (await api.ListAsync(cancellationToken).ConfigureAwait(false)).Where(service => closing.Closes(service) && !(origins.IsMakerKnown ? origins.IsMadeHere(service.Name) : origins.IsCopiedAsMadeHere(service.Name))).ToArray() : open;
        }
        catch (GatewayException)
        {
            // A gateway that cannot list its services cannot close them either; that call reports it.
        }

        var after = record with { Closed = closed, Others = AdminOthers.Keep(record.Others, open) };
        var isKept = (isRecorded && await TryWriteAsync(after).ConfigureAwait(false))
            || (options.Records is ICopiedRecords copied && await copied.TryKeepCloseAsync(Name, closed, open).ConfigureAwait(false));
        unkept = isKept ? [] : open;
        unwritten = isKept ? [] : ["the record of the closed services; the next roll-out takes them for closed by another store"];
        return after;
    }

    private async Task<bool> TryWriteAsync(GatewayRecord record)
    {
        try
        {
            await options.Records.WriteAsync(Name, record, CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (GatewayException)
        {
            return false;
        }
    }

    private async Task<(GatewayRecord Record, GatewayException? Failure)> TryReadRecordAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await options.Records.ReadAsync(Name, cancellationToken).ConfigureAwait(false), null);
        }
        catch (GatewayException failure)
        {
            return (options.Records is ICopiedRecords copied ? await copied.FindCopyAsync(Name, cancellationToken).ConfigureAwait(false) ?? GatewayRecord.Empty : GatewayRecord.Empty, failure);
        }
    }

    private static ServiceOrigins GetOrigins(GatewayRecord record, GatewayException? failure) =>
        failure is null ? GetOrigins(record) : ServiceOrigins.FromCopy(record.Names, record.Owners);

    private static ServiceOrigins GetOrigins(GatewayRecord record) => new(record.Names, record.Owners, () => record.Rules ?? []);

    // Not cancelled: the services are changed already.
    private Task RecordAsync(GatewayRollout rollout, IReadOnlyList<GatewayService> wanted, IReadOnlyList<GatewayService> kept) => options.Records.WriteAsync(
        Name,
        new GatewayRecord
        {
            Names = wanted.Select(service => service.Name).ToArray(),
            DeploymentId = rollout.DeploymentId,
            ConfigHash = rollout.ConfigHash,
            Services = wanted,
            Owners = ServiceOrigins.GetOwners(rollout.Rules),
            Rules = rollout.Rules,
            Others = kept,
            Unsaved = unsaved,
        },
        CancellationToken.None);

    // Not cancelled: every call has its time limit, and an intermediate list is worse than a late one.
    private async Task RestoreAfterFailureAsync(Snapshot before, HashSet<string> names, Exception failure)
    {
        try
        {
            await RestoreAsync(before, names, CancellationToken.None).ConfigureAwait(false);
        }
        catch (GatewayException e)
        {
            throw new GatewayException(
                Name,
                "apply",
                ((failure as GatewayException)?.Reason ?? "cancelled") + "; rollback_failed:" + e.Reason,
                "Make Aperture reachable and roll out again. Until then some services may be missing.",
                failure);
        }
    }

    private async Task RestoreAsync(Snapshot before, HashSet<string> names, CancellationToken cancellationToken)
    {
        lastRead = null;
        await rollouts.ConvergeAsync(
            list =>
            {
                // Services of others stay in place unless they were pruned.
                var served = new HashSet<string>(list.Select(service => service.Name), StringComparer.Ordinal);
                return before.Services.Where(service => names.Contains(service.Name) || !served.Contains(service.Name)).ToArray();
            },
            names.Contains,
            cancellationToken).ConfigureAwait(false);

        // Services of others are not restored, so their records stay too.
        var others = (await TryReadRecordAsync(CancellationToken.None).ConfigureAwait(false)).Record.Others;
        await options.Records.WriteAsync(Name, before.Record with { Others = others.Count > 0 ? others : before.Record.Others }, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>
    /// The macaroon in hex. One with caveats is never sent, because Aperture's admin API cannot verify caveats and
    /// refuses it. One of a Lightning node is never sent either, whatever location it claims, because the gateway
    /// would control the money of the node.
    /// </summary>
    private string Macaroon()
    {
        var hex = ReadMacaroon();
        if (MacaroonRights.Read(hex) is { IsOfNode: true } rights)
        {
            throw new ConfigException(
                options.Macaroon is null ? "MacaroonPath" : "Macaroon",
                "the macaroon belongs to a Lightning node (" + string.Join(", ", (rights.Dangerous.Count > 0 ? rights.Dangerous : rights.All).Take(4)) + "): it was not sent",
                "Use the admin.macaroon of Aperture (admin.macaroonpath), not that of LND.");
        }

        return HexText.Decode(hex) is { } bytes && L402.Macaroons.Macaroon.TryParse(bytes, out var macaroon, out _) && macaroon.Caveats.Count > 0
            ? throw new ConfigException(
                options.Macaroon is null ? "MacaroonPath" : "Macaroon",
                FormattableString.Invariant($"the macaroon carries {macaroon.Caveats.Count} caveats, which Aperture's admin API cannot verify: it was not sent"),
                "Use the admin.macaroon as Aperture wrote it.")
            : hex;
    }

    private string ReadMacaroon()
    {
        if (options.Macaroon is { } macaroon)
        {
            return macaroon.Reveal();
        }

        try
        {
            return MacaroonFile.ReadHex(options.MacaroonPath!)
                ?? throw new ConfigException("MacaroonPath", options.MacaroonPath + " contains no macaroon", "Specify the admin.macaroon file of this Aperture: " + options.MacaroonPath + " is not a macaroon in binary, hex or base64.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new GatewayException(Name, "read macaroon", "macaroon_not_found:" + options.MacaroonPath, options.MacaroonPath + " does not exist. Specify the admin.macaroon of this Aperture with -MacaroonPath.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GatewayException(Name, "read macaroon", "macaroon_not_readable:" + options.MacaroonPath, "Check that " + options.MacaroonPath + " is the admin.macaroon and can be read.", e);
        }
    }

    private Snapshot GetSnapshot(GatewayState state, string operation) => state.Snapshot as Snapshot
        ?? throw new GatewayException(Name, operation, "state_of_another_gateway", "Read the state from this gateway.");

    private sealed record Snapshot(IReadOnlyList<GatewayService> Services, GatewayRecord Record, GatewayOffers? Offers);
}
