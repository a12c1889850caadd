using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Serialization;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Artifacts.Reports;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Gateway.Probes;
using LightningOps.Payments.Lnd;
using LightningOps.Reconcile;

namespace LightningOps.Status;

/// <summary>
/// The chain that a buyer depends on, link by link: the endpoint answers, the seller's node is unlocked and synced,
/// it can receive the highest price, the price is as planned, and, if a wallet is given, a purchase succeeds. A link
/// that depends on a broken one is skipped, so that one fault is reported once.
/// </summary>
public sealed class BuyerChain
{
    private const string PriceNotRead = "a challenge was sent, its price was not read: specify -ChallengeUrl";
    private readonly IControlPlane controlPlane;
    private readonly IGateway gateway;
    private readonly LndPayee? payee;
    private readonly Msats? maxSpend;

    /// <summary>A check of one gateway.</summary>
    /// <param name="controlPlane">The control plane; its creator disposes it.</param>
    /// <param name="gateway">The gateway; its creator disposes it.</param>
    /// <param name="payee">The node of the seller; null skips its links.</param>
    /// <param name="maxSpend">Maximum price of the purchase, millisatoshis; null skips it.</param>
    public BuyerChain(IControlPlane controlPlane, IGateway gateway, LndPayee? payee, Msats? maxSpend)
    {
        this.controlPlane = controlPlane;
        this.gateway = gateway;
        this.payee = payee;
        this.maxSpend = maxSpend;
    }

    /// <summary>Checks the links.</summary>
    /// <param name="options">Options as for a roll-out.</param>
    /// <param name="cancellationToken">Stops it; a payment under way may still settle.</param>
    /// <exception cref="LightningOpsException">The control plane cannot be read.</exception>
    public async Task<BuyerChainResult> RunAsync(ReconcileOptions options, CancellationToken cancellationToken)
    {
        var desired = await DesiredConfiguration.ReadAsync(controlPlane, gateway, options.Compile, null, options.Suspended, new StageTimeline(TimeProvider.System, null, gateway.Name, options.RequestId), cancellationToken, mayBeEmpty: true).ConfigureAwait(false);
        var selling = desired.Compile.Valid ? desired.Compile.Rules.Where(static rule => !rule.IsClosed).OrderByDescending(static rule => rule.PriceSats).ToArray() : [];
        var links = new List<ChainLinkResult> { await CheckEndpointAsync(cancellationToken).ConfigureAwait(false) };
        links.AddRange(await CheckNodeAsync(selling.FirstOrDefault(), cancellationToken).ConfigureAwait(false));
        var (price, challenge) = await CheckPriceAsync(desired.Compile, selling.FirstOrDefault(), links, cancellationToken).ConfigureAwait(false);
        links.Add(price);
        links.Add(await CheckPurchaseAsync(desired.Compile, selling.LastOrDefault(), selling.FirstOrDefault(), links, challenge, cancellationToken).ConfigureAwait(false));
        return new BuyerChainResult { Gateway = gateway.Name, Links = links };
    }

    private async Task<ChainLinkResult> CheckEndpointAsync(CancellationToken cancellationToken) =>
        From(ChainLink.Endpoint, await gateway.ProbeHealthAsync(cancellationToken).ConfigureAwait(false));

    private async Task<IReadOnlyList<ChainLinkResult>> CheckNodeAsync(CompiledRule? dearest, CancellationToken cancellationToken)
    {
        if (payee is null)
        {
            return [NotMade(ChainLink.Node, "no -PayeeNode"), NotMade(ChainLink.Inbound, "no -PayeeNode")];
        }

        var report = await payee.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (!report.IsUnlocked || !report.IsSynced)
        {
            return [new(ChainLink.Node, CheckOutcome.Failed, report.Reason), NotMade(ChainLink.Inbound, "the node is not ready")];
        }

        var node = new ChainLinkResult(ChainLink.Node, CheckOutcome.Passed, "unlocked and synced");
        if (report.InboundMsats is not { } inbound)
        {
            return [node, NotMade(ChainLink.Inbound, "not known: " + report.Reason)];
        }

        if (dearest is null)
        {
            return [node, NotMade(ChainLink.Inbound, ProbeReasons.NoRouteSells)];
        }

        var needed = Math.Max(1, dearest.PriceSats) * Msats.PerSatoshi;
        return
        [
            node,
            new(ChainLink.Inbound, inbound >= needed ? CheckOutcome.Passed : CheckOutcome.Failed, string.Format(CultureInfo.InvariantCulture, "{0} sat can be received, the highest price is {1} sat ({2})", inbound / Msats.PerSatoshi, needed / Msats.PerSatoshi, dearest.ServiceName)),
        ];
    }

    private async Task<(ChainLinkResult Link, ProbeResult? Challenge)> CheckPriceAsync(CompileResult compile, CompiledRule? dearest, IReadOnlyList<ChainLinkResult> before, CancellationToken cancellationToken)
    {
        if (FindBroken(before, ChainLink.Endpoint, ChainLink.Node) is { } broken)
        {
            return (NotMade(ChainLink.Price, broken), null);
        }

        if (!compile.Valid)
        {
            return (NotMade(ChainLink.Price, "the paywalls do not compile"), null);
        }

        var route = dearest is null ? null : ProbeRouteFinder.FindAll(compile.Rules, [dearest])[0].Route;
        if (route is null)
        {
            return (NotMade(ChainLink.Price, dearest is null ? ProbeReasons.NoRouteSells : "no request for " + dearest.ServiceName + " could be found"), null);
        }

        var answer = await AskAsync(route, cancellationToken).ConfigureAwait(false);
        return (From(ChainLink.Price, answer), answer);
    }

    private async Task<ChainLinkResult> CheckPurchaseAsync(CompileResult compile, CompiledRule? cheapest, CompiledRule? dearest, IReadOnlyList<ChainLinkResult> before, ProbeResult? challenge, CancellationToken cancellationToken)
    {
        if (maxSpend is not { } limit)
        {
            return NotMade(ChainLink.Purchase, "no -MaxSpendMsats");
        }

        if (before.FirstOrDefault(static link => link.Outcome == CheckOutcome.Failed) is { } broken)
        {
            return NotMade(ChainLink.Purchase, "the link " + EnumName.GetName(broken.Link) + " is broken");
        }

        if (cheapest is null || challenge is not { Outcome: ProbeOutcome.Passed })
        {
            return NotMade(ChainLink.Purchase, cheapest is null ? ProbeReasons.NoRouteSells : "the price was not checked");
        }

        var price = Math.Max(1, cheapest.PriceSats) * Msats.PerSatoshi;
        if (price > limit.Value)
        {
            return NotMade(ChainLink.Purchase, string.Format(CultureInfo.InvariantCulture, "the cheapest price is {0} msat, -MaxSpendMsats is {1}", price, limit.Value));
        }

        if (ProbeRouteFinder.FindAll(compile.Rules, [cheapest])[0].Route is not { } route)
        {
            return NotMade(ChainLink.Purchase, "no request for " + cheapest.ServiceName + " could be found");
        }

        var asked = cheapest == dearest ? challenge : await AskAsync(route, cancellationToken).ConfigureAwait(false);
        return asked.Outcome == ProbeOutcome.Passed
            ? From(ChainLink.Purchase, gateway is IRouteProbes probes ? await probes.BuyAsync(route, asked, cancellationToken).ConfigureAwait(false) : await gateway.ProbeProxyAsync(route, asked, cancellationToken).ConfigureAwait(false))
            : From(ChainLink.Purchase, asked);
    }

    /// <summary>Asks a route for its price. An answer of a wrapper about another address says that it sends challenges, not how much it asks.</summary>
    private async Task<ProbeResult> AskAsync(ProbeRoute route, CancellationToken cancellationToken)
    {
        var price = gateway is IRouteProbes { CanAsk: true } probes ? await probes.AskPriceAsync(route, cancellationToken).ConfigureAwait(false) : null;
        if (price is not null and not { Outcome: ProbeOutcome.Skipped })
        {
            return price;
        }

        var challenge = await gateway.ProbeChallengeAsync(route, cancellationToken).ConfigureAwait(false);
        return gateway is IRouteProbes && challenge.Outcome == ProbeOutcome.Passed ? ProbeResult.Skipped(PriceNotRead, challenge.StatusCode) : challenge;
    }

    private static string? FindBroken(IReadOnlyList<ChainLinkResult> before, params ChainLink[] needed) =>
        before.FirstOrDefault(link => link.Outcome == CheckOutcome.Failed && needed.Contains(link.Link)) is { } broken ? "the link " + EnumName.GetName(broken.Link) + " is broken" : null;

    private static ChainLinkResult From(ChainLink link, ProbeResult probe) => probe.Outcome switch
    {
        ProbeOutcome.Passed => new(link, CheckOutcome.Passed, probe.StatusCode is { } status ? "status " + status.ToString(CultureInfo.InvariantCulture) : null),
        ProbeOutcome.Skipped => NotMade(link, probe.Reason ?? "skipped"),
        _ => new(link, CheckOutcome.Failed, probe.Reason),
    };

    private static ChainLinkResult NotMade(ChainLink link, string reason) => new(link, CheckOutcome.NotMade, ProbeReasons.Describe(reason));
}

/// <summary>The links of a buyer's chain.</summary>
public sealed record BuyerChainResult : IReportable
{
    /// <summary>Name of the gateway.</summary>
    public required string Gateway { get; init; }

    /// <summary>Whether no link is broken. A skipped link does not count as passed; see <see cref="IsComplete" />.</summary>
    public bool Ok => Links.All(static link => link.Outcome != CheckOutcome.Failed) && Links.Any(static link => link.Outcome == CheckOutcome.Passed);

    /// <summary>Whether every link was checked and passed.</summary>
    public bool IsComplete => Links.All(static link => link.Outcome == CheckOutcome.Passed);

    /// <summary>The broken link; null if none is.</summary>
    public ChainLink? BrokenLink => Links.FirstOrDefault(static link => link.Outcome == CheckOutcome.Failed)?.Link;

    /// <summary>The links, in the order checked.</summary>
    public required IReadOnlyList<ChainLinkResult> Links { get; init; }

    /// <summary>The result in one sentence.</summary>
    [JsonIgnore]
    public string Outcome => Links.FirstOrDefault(static link => link.Outcome == CheckOutcome.Failed) is { } broken ? "The link " + EnumName.GetName(broken.Link) + " is broken: " + (broken.Reason ?? "failed") + "."
        : IsComplete ? "A stranger can pay: every link passed."
        : Ok ? "No link is broken; not checked: " + string.Join(", ", Links.Where(static link => link.Outcome == CheckOutcome.NotMade).Select(static link => EnumName.GetName(link.Link))) + "."
        : "No link could be checked.";

    RunReport IReportable.ToReport() => new()
    {
        Title = "Chain of " + Gateway,
        Ok = Ok,
        Outcome = Outcome,
        Facts = [new("Gateway", Gateway)],
        Checks = [.. Links.Select(static link => new ReportCheck(EnumName.GetName(link.Link), link.Outcome) { Reason = link.Reason })],
        Failures = [.. Links.Where(static link => link.Outcome == CheckOutcome.Failed).Select(static link => new ReportFailure(EnumName.GetName(link.Link), link.Reason))],
        Summary = this,
    };
}

/// <summary>One link of the chain.</summary>
/// <param name="Link">The link.</param>
/// <param name="Outcome">Whether it holds.</param>
/// <param name="Reason">The finding, or why it was skipped; without a secret.</param>
public sealed record ChainLinkResult(ChainLink Link, CheckOutcome Outcome, string? Reason)
{
    /// <summary>The link with its outcome.</summary>
    public override string ToString() => TerminalText.Clean(Link + ": " + Outcome + (Reason is null ? string.Empty : " (" + Reason + ")"));
}

/// <summary>Links of a buyer's chain.</summary>
public enum ChainLink
{
    /// <summary>The endpoint answers.</summary>
    Endpoint,

    /// <summary>The node of the seller is unlocked and synced.</summary>
    Node,

    /// <summary>The node can receive the highest price.</summary>
    Inbound,

    /// <summary>The most expensive route asks for its planned price.</summary>
    Price,

    /// <summary>A purchase of the cheapest route succeeds.</summary>
    Purchase,
}
