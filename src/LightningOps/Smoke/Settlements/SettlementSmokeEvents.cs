using LightningOps.ControlPlane;
using LightningOps.Paywalls;

namespace LightningOps.Smoke.Settlements;

/// <summary>The five events of the recorded run (vectors/wire.json, smoke:settlement).</summary>
internal sealed class SettlementSmokeEvents
{
    private const long WeatherMsats = 2500;
    private const long NewsMsats = 1800;

    // Proof of nothing: no invoice has the hash of this preimage.
    private static readonly string Preimage = new('a', 64);

    private readonly string run;
    private readonly string paywall;

    /// <param name="run">What sets the ids of this run apart from those of every other; null for the recorded ids.</param>
    public SettlementSmokeEvents(string? run)
    {
        this.run = run is null ? string.Empty : run + "_";
        paywall = run is null ? string.Empty : "smoke_";
    }

    /// <summary>The invoice is made.</summary>
    public SettlementEvent Opened => SettlementEvent.Of(Weather(InvoiceStatus.Open, "req_smoke_" + run + "1") with
    {
        PaymentHash = "hash_smoke_" + run + "1",
        PaymentRequest = "lnbc1smokepaymentrequest1",
    });

    /// <summary>It is paid.</summary>
    public SettlementEvent Settled => Settlement("smoke:settlement");

    /// <summary>The payment is reported again.</summary>
    public SettlementEvent Duplicate => Settlement("smoke:settlement:duplicate");

    /// <summary>A report that it is open comes late.</summary>
    public SettlementEvent LateOpen => SettlementEvent.Of(Weather(InvoiceStatus.Open, "req_smoke_" + run + "reordered_open"));

    /// <summary>Another invoice is not paid in time.</summary>
    public SettlementEvent Expired => SettlementEvent.Of(new InvoiceUpdate
    {
        InvoiceId = "inv_smoke_" + run + "2",
        PaywallId = "pw_" + paywall + "news",
        OwnerId = "owner_" + paywall + "news",
        AmountMsats = NewsMsats,
        Status = InvoiceStatus.Expired,
        RequestId = "req_smoke_" + run + "2",
    });

    private InvoiceUpdate Weather(InvoiceStatus status, string requestId) => new()
    {
        InvoiceId = "inv_smoke_" + run + "1",
        PaywallId = "pw_" + paywall + "weather",
        OwnerId = "owner_" + paywall + "weather",
        AmountMsats = WeatherMsats,
        Status = status,
        RequestId = requestId,
    };

    private SettlementEvent Settlement(string source) => SettlementEvent.Of(new SettlementReport
    {
        SettlementId = "set_smoke_" + run + "1",
        PaywallId = "pw_" + paywall + "weather",
        OwnerId = "owner_" + paywall + "weather",
        InvoiceId = "inv_smoke_" + run + "1",
        AmountMsats = WeatherMsats,
        PaymentHash = "hash_smoke_" + run + "1",
        PaymentProofValue = Preimage,
        RequestId = "req_smoke_" + run + "1",
        TaskId = "task_smoke_" + run + "1",
        RouteId = "route_" + paywall + "weather",
        Metadata = new JsonText("{\"source\":\"" + source + "\"}"),
    });
}
