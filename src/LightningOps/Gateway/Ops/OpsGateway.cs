using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Compile;
using LightningOps.Compile.Aperture;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Gateway.Planning;
using LightningOps.Gateway.Probes;
using LightningOps.Gateway.Records;
using LightningOps.Gateway.Routing;
using LightningOps.Http;
using LightningOps.Json;
using LightningOps.Settings;

namespace LightningOps.Gateway.Ops;

/// <summary>A hosted wrapper around Aperture with ops endpoints (docs/reference/gateway.md#ops-endpoints).</summary>
internal sealed class OpsGateway : IGateway, IListenerAddresses, IRouteProbes, IServiceReopening
{
    private static readonly TimeSpan JustNow = TimeSpan.FromSeconds(1);
    private static readonly JsonWriterOptions RequestJson = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly Diagnostic ServicesUnknown = new()
    {
        Code = "services_not_told",
        Severity = DiagnosticSeverity.Info,
        Message = "The gateway reports its configuration hash but not its services: the changes per service cannot be listed",
    };

    /// <summary>Beginning of the id of a closing deployment (docs/reference/gateway.md#deployment-ids).</summary>
    private const string ClosePrefix = "dep_close_";

    private readonly OpsGatewayOptions options;
    private readonly GatewayHttp http;
    private readonly GatewayProbes probes;
    private readonly SaleProbes routes;
    private readonly string baseUrl;
    private readonly Uri health;
    private readonly Uri challenge;
    private readonly Uri proxy;
    private (long At, string? Hash)? lastRead;

    /// <summary>Creates a gateway; nothing is sent yet.</summary>
    /// <exception cref="ConfigException">A URL cannot be used.</exception>
    public OpsGateway(OpsGatewayOptions options)
    {
        this.options = options;
        var allowInsecure = options.Http.AllowInsecure;
        baseUrl = HttpAddress.CheckBase(options.BaseUrlName, options.BaseUrl, allowInsecure);
        health = HttpAddress.Check(EnvironmentVariables.GatewayHealthPath, baseUrl + "/" + options.HealthPath.TrimStart('/'), allowInsecure);
        challenge = HttpAddress.Check(options.ChallengeUrlName, options.ChallengeUrl, allowInsecure);
        proxy = HttpAddress.Check(options.ProxyUrlName, options.ProxyUrl, allowInsecure);
        http = new GatewayHttp(Name, options.Http, Secrets, CertificatePin.Read(options.CertificateFingerprint, options.CertificatePath));
        probes = new GatewayProbes(http);
        routes = new SaleProbes(new SaleProbeOptions { BaseUrl = options.ListenerUrl, Payer = options.Payer }, http, allowInsecure);
    }

    /// <inheritdoc/>
    public string Name => "ops:" + baseUrl;

    /// <inheritdoc/>
    public async Task<GatewayState> ReadStateAsync(CancellationToken cancellationToken)
    {
        var request = Request(HttpMethod.Get, "deployment", Array.Empty<byte>());
        var answer = await http.SendForSuccessAsync(request, cancellationToken).ConfigureAwait(false);
        var active = OpsAnswer.Deployment(http, request, answer);
        lastRead = (options.Http.Time.GetTimestamp(), active?.ConfigHash);
        var record = active is null ? GatewayRecord.Empty : await ReadRecordAsync(cancellationToken).ConfigureAwait(false);
        var known = OpsArtifact.Find(record, active?.ConfigHash);
        return new GatewayState { Active = active, Services = active is null ? [] : known?.Services, Snapshot = new Snapshot(record, known), Origins = new ServiceOrigins(null, record.Owners, () => record.Rules ?? []) };
    }

    /// <inheritdoc/>
    public RolloutPlan Plan(GatewayState state, GatewayRollout rollout)
    {
        var isTold = state.Services is not null && RolloutRefusals.ForAperture(rollout) is null;
        return new RolloutPlan
        {
            Gateway = Name,
            CurrentConfigHash = state.Active?.ConfigHash,
            ConfigHash = rollout.ConfigHash,
            Changes = isTold ? RolloutPlanner.Compare(state.Services!, DesiredServices.From(rollout.Rules, withExtras: true)) : [],
            Examples = isTold ? new RequestExamples(state.Services, DesiredServices.From(rollout.Rules, withExtras: true)) : null,
            Diagnostics = [.. isTold ? Array.Empty<Diagnostic>() : [ServicesUnknown], .. FindStopByAnother(state, rollout)],
        };
    }

    /// <inheritdoc/>
    public async Task<GatewayDeployment> ApplyAsync(GatewayRollout rollout, CancellationToken cancellationToken)
    {
        await RequireUnchangedAsync(rollout.ConfigHash, cancellationToken).ConfigureAwait(false);
        return await DeployAsync(rollout.RequestId, rollout.DeploymentId, rollout.ConfigHash, rollout.Artifact, ServiceOrigins.GetOwners(rollout.Rules), rollout.Rules, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the deployment again before it is replaced, unless it was read just now.</summary>
    private async Task RequireUnchangedAsync(string desired, CancellationToken cancellationToken)
    {
        if (lastRead is not { } read || options.Http.Time.GetElapsedTime(read.At) < JustNow)
        {
            lastRead = null;
            return;
        }

        var request = Request(HttpMethod.Get, "deployment", Array.Empty<byte>());
        var now = OpsAnswer.Deployment(http, request, await http.SendForSuccessAsync(request, cancellationToken).ConfigureAwait(false))?.ConfigHash;
        lastRead = null;
        if (now != read.Hash && now != desired)
        {
            throw new GatewayChangedException(Name, ["deployment " + (now ?? "none") + " in the place of " + (read.Hash ?? "none")]);
        }
    }

    /// <inheritdoc/>
    public async Task<GatewayDeployment?> RollBackAsync(string requestId, string deploymentId, GatewayState state, CancellationToken cancellationToken)
    {
        if (state.Active is not { } previous)
        {
            return null;
        }

        var request = Request(HttpMethod.Post, "rollback", Write(json =>
        {
            json.WriteString("requestId", requestId);
            json.WriteString("deploymentId", deploymentId);
            json.WriteString("targetConfigHash", previous.ConfigHash);
            if (previous.ImageDigest is not null)
            {
                json.WriteString("imageDigest", previous.ImageDigest);
            }
        }));
        var deployment = await SendAsync(request, previous.ConfigHash, cancellationToken).ConfigureAwait(false);
        await RememberAsync(GetSnapshot(state).Record).ConfigureAwait(false);
        return deployment;
    }

    /// <inheritdoc/>
    public RolloutPlan? PlanClosing(GatewayState state, GatewayClosing closing) => CreateClosing(state, closing).Plan;

    /// <inheritdoc/>
    public async Task<GatewayDeployment?> CloseAsync(GatewayClosing closing, CancellationToken cancellationToken)
    {
        var state = await ReadStateAsync(cancellationToken).ConfigureAwait(false);
        var closed = CreateClosing(state, closing);
        if (closed.Plan is not { } plan)
        {
            return state.Active;
        }

        return closed.Artifact is { } artifact
            ? await DeployAsync(closing.RequestId, closing.DeploymentId, plan.ConfigHash, artifact, GetSnapshot(state).Record.Owners, GetSnapshot(state).Record.Rules, cancellationToken).ConfigureAwait(false)
            : throw new GatewayException(Name, "close", "services_not_told", "Correct the paywalls, or set the global pause, which closes everything.");
    }

    bool IServiceReopening.CarriesFeatures => true;

    Diagnostic? IServiceReopening.FindRefusal(GatewayState state) => null;

    async Task<GatewayDeployment?> IServiceReopening.ReopenAsync(GatewayReopening reopening, CancellationToken cancellationToken)
    {
        var read = lastRead;
        var state = await ReadStateAsync(cancellationToken).ConfigureAwait(false);
        if (read is { } earlier && earlier.Hash != lastRead?.Hash)
        {
            throw new GatewayChangedException(Name, ["deployment " + (state.Active?.ConfigHash ?? "none")]);
        }

        var snapshot = GetSnapshot(state);
        var artifact = snapshot.Known is { } known && reopening.Rules.All(rule => known.Services.Any(service => service.Name == rule.ServiceName))
            ? FileReopening.Reopen(known, reopening).Bytes
            : RenderRolledOut(snapshot.Record, reopening);
        return await DeployAsync(reopening.RequestId, reopening.DeploymentId, ConfigHash.Compute(artifact), artifact, snapshot.Record.Owners, snapshot.Record.Rules is { } rules ? reopening.Open(rules) : null, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<ProbeResult> ProbeHealthAsync(CancellationToken cancellationToken) =>
        probes.ForSuccessAsync(new GatewayRequest(HttpMethod.Get, health), cancellationToken);

    /// <inheritdoc/>
    public async Task<ProbeResult> ProbeChallengeAsync(ProbeRoute? route, CancellationToken cancellationToken)
    {
        if (ProbeReasons.ForRoute(route) is { } reason)
        {
            return ProbeResult.Skipped(reason);
        }

        var (result, answer) = await probes.ForChallengeAsync(new GatewayRequest(HttpMethod.Get, challenge), cancellationToken).ConfigureAwait(false);
        return result.Outcome == ProbeOutcome.Passed
            ? result with { Authorization = options.ProxyAuthorization?.Reveal() ?? NonEmpty(answer!.SmokeAuthorization) }
            : result;
    }

    /// <inheritdoc/>
    public async Task<ProbeResult> ProbeProxyAsync(ProbeRoute? route, ProbeResult challenge, CancellationToken cancellationToken)
    {
        if (ProbeReasons.ForRoute(route) is { } reason)
        {
            return ProbeResult.Skipped(reason);
        }

        return challenge.Authorization is { } authorization
            ? await probes.ForSuccessAsync(GatewayProbes.Authorized(new GatewayRequest(HttpMethod.Get, proxy), authorization), cancellationToken).ConfigureAwait(false)
            : ProbeResult.Failed(ProbeReasons.MissingAuthorization);
    }

    bool IRouteProbes.CanAsk => routes.CanAsk;

    Task<ProbeResult> IRouteProbes.AskClosedAsync(string host, string path, CancellationToken cancellationToken) => routes.AskClosedAsync(host, path, cancellationToken);

    // Only the rendering for Aperture tells which requests a rule matches.
    Task<ProbeResult> IRouteProbes.AskPriceAsync(ProbeRoute route, CancellationToken cancellationToken) =>
        route.Rule.PathRegexp is null ? Task.FromResult(ProbeResult.Skipped(ProbeReasons.NoProbeAddress)) : routes.ChallengeAsync(route, cancellationToken);

    Task<ProbeResult> IRouteProbes.BuyAsync(ProbeRoute route, ProbeResult price, CancellationToken cancellationToken) => routes.ProxyAsync(route, price, cancellationToken);

    IReadOnlyList<string> IListenerAddresses.GetListeners() => [.. ListenerAddresses.From(baseUrl, options.ChallengeUrl, options.ProxyUrl, options.ListenerUrl)];

    /// <inheritdoc/>
    public void Dispose()
    {
        http.Dispose();
        options.Records?.Dispose();
    }

    /// <summary>The gateway names no store. A close that is not recorded here was made by another.</summary>
    private IEnumerable<Diagnostic> FindStopByAnother(GatewayState state, GatewayRollout rollout)
    {
        if (rollout.OverrideStop || options.Records is null || state.Active is not { } active || rollout.Rules.All(rule => rule.IsClosed))
        {
            yield break;
        }

        var isClose = active.DeploymentId?.StartsWith(ClosePrefix, StringComparison.Ordinal) == true || active.ConfigHash == ConfigHash.Compute(OpsArtifact.Everything);
        if (isClose && GetSnapshot(state).Record.ConfigHash != active.ConfigHash)
        {
            yield return RolloutRefusals.Create(GatewayStop.Code, "Another store closed this gateway" + (active.DeploymentId is { } id ? ", by deployment " + id : string.Empty) + ": lift the stop there, or use -OverrideStop");
        }
    }

    /// <summary>
    /// The configuration last rolled out, closed except for reopened services. It replaces the single service that
    /// closes everything.
    /// </summary>
    private static byte[] RenderRolledOut(GatewayRecord record, GatewayReopening reopening)
    {
        var reopened = new HashSet<string>(reopening.Rules.Select(rule => rule.ServiceName), StringComparer.Ordinal);
        return ApertureRenderer.Render((record.Rules ?? []).Select(rule => rule with { ClosedBy = reopened.Contains(rule.ServiceName) ? null : rule.ClosedBy ?? "stopped" }).ToArray()).ToArray();
    }

    private static string? NonEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static byte[] Write(Action<Utf8JsonWriter> members) => JsonBytes.WriteObject(members, RequestJson);

    private async Task<GatewayDeployment> DeployAsync(
        string requestId, string deploymentId, string hash, ReadOnlyMemory<byte> artifact, IReadOnlyDictionary<string, string>? owners, IReadOnlyList<CompiledRule>? rules, CancellationToken cancellationToken)
    {
        var request = Request(HttpMethod.Post, "deploy", Write(json =>
        {
            json.WriteString("requestId", requestId);
            json.WriteString("deploymentId", deploymentId);
            json.WriteString("configHash", hash);
            json.WriteString("apertureYaml", artifact.Span);
        }));
        var deployment = await SendAsync(request, hash, cancellationToken).ConfigureAwait(false);
        await RememberAsync(new GatewayRecord { DeploymentId = deploymentId, ConfigHash = hash, Artifact = Encoding.UTF8.GetString(artifact.ToArray()), Owners = owners, Rules = rules }).ConfigureAwait(false);
        return deployment;
    }

    // A deployment is named by its request and its hash, so one that arrives twice is one deployment.
    private async Task<GatewayDeployment> SendAsync(GatewayRequest request, string wanted, CancellationToken cancellationToken)
    {
        var answer = await http.SendForSuccessAsync(request, cancellationToken).ConfigureAwait(false);
        var deployment = OpsAnswer.Deployment(http, request, answer) ?? throw http.Malformed(request, "deployment");
        return deployment.ConfigHash == wanted ? deployment : throw http.Malformed(request, "configHash");
    }

    private async Task<GatewayRecord> ReadRecordAsync(CancellationToken cancellationToken)
    {
        try
        {
            return options.Records is { } records ? await records.ReadAsync(Name, cancellationToken).ConfigureAwait(false) : GatewayRecord.Empty;
        }
        catch (GatewayException)
        {
            // Without it only a plan has fewer details. A copy counts for the configuration of its hash only.
            return options.Records is ICopiedRecords copied ? await copied.FindCopyAsync(Name, cancellationToken).ConfigureAwait(false) ?? GatewayRecord.Empty : GatewayRecord.Empty;
        }
    }

    // Not cancelled and never a failure: the gateway serves it already, and without a record only a later plan has fewer
    // details.
    private async Task RememberAsync(GatewayRecord record)
    {
        try
        {
            if (options.Records is { } records)
            {
                await records.WriteAsync(Name, record, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (GatewayException)
        {
        }
    }

    private OpsClosing CreateClosing(GatewayState state, GatewayClosing closing) => OpsClosing.Create(Name, state.Active, GetSnapshot(state).Known, closing.For(state.Origins));

    private Snapshot GetSnapshot(GatewayState state) => state.Snapshot as Snapshot ?? new Snapshot(GatewayRecord.Empty, null);

    private GatewayRequest Request(HttpMethod method, string operation, byte[] json)
    {
        var request = new GatewayRequest(method, new Uri(baseUrl + "/ops/" + operation)) { Json = json };
        return options.OpsToken is { } token
            ? GatewayProbes.Authorized(request, "Bearer " + token.Reveal())
            : request;
    }

    private IEnumerable<string> Secrets() =>
        new[] { options.OpsToken, options.ProxyAuthorization }.Where(secret => secret is not null).Select(secret => secret!.Reveal());

    private sealed record Snapshot(GatewayRecord Record, LiveFile? Known);
}
