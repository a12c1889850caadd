using System.Diagnostics.Metrics;

namespace LightningOps.Observability;

/// <summary>The metrics of the module; durations in seconds, amounts in millisatoshis.</summary>
internal static class Measurements
{
    /// <summary>Duration of reconciles; by <c>outcome</c> and <c>error.type</c>.</summary>
    public static Histogram<double> ReconcileDuration { get; } =
        Telemetry.Meter.CreateHistogram<double>("lightningops.reconcile.duration", "s", "Duration of reconciles of a gateway.");

    /// <summary>Number of finished reconciles; by <c>outcome</c> and <c>error.type</c>.</summary>
    public static Counter<long> Reconciles { get; } =
        Telemetry.Meter.CreateCounter<long>("lightningops.reconciles", "{reconcile}", "Reconciles of a gateway that ended.");

    /// <summary>Duration of the stages of reconciles; by <c>stage</c> and <c>status</c>.</summary>
    public static Histogram<double> StageDuration { get; } =
        Telemetry.Meter.CreateHistogram<double>("lightningops.stage.duration", "s", "Duration of the stages of reconciles.");

    /// <summary>Duration of compiles; by <c>format</c> and <c>valid</c>.</summary>
    public static Histogram<double> CompileDuration { get; } =
        Telemetry.Meter.CreateHistogram<double>("lightningops.compile.duration", "s", "Duration of compiles.");

    /// <summary>Duration of control plane calls, including all attempts; by <c>function</c>, <c>error.type</c>.</summary>
    public static Histogram<double> ControlPlaneDuration { get; } =
        Telemetry.Meter.CreateHistogram<double>("lightningops.control_plane.duration", "s", "Duration of calls of a control plane.");

    /// <summary>
    /// Duration of requests to a gateway, including all attempts; by <c>http.request.method</c>,
    /// <c>http.response.status_code</c>, <c>error.type</c>.
    /// </summary>
    public static Histogram<double> GatewayDuration { get; } =
        Telemetry.Meter.CreateHistogram<double>("lightningops.gateway.duration", "s", "Duration of requests to a gateway.");

    /// <summary>Duration of requests to a wallet; by <c>http.request.method</c>, <c>http.response.status_code</c>, <c>error.type</c>.</summary>
    public static Histogram<double> WalletDuration { get; } =
        Telemetry.Meter.CreateHistogram<double>("lightningops.wallet.duration", "s", "Duration of requests to a wallet.");

    /// <summary>Duration of requests to a seller, until the headers of the answer; by <c>http.request.method</c>, <c>http.response.status_code</c>, <c>error.type</c>.</summary>
    public static Histogram<double> SellerDuration { get; } =
        Telemetry.Meter.CreateHistogram<double>("lightningops.seller.duration", "s", "Duration of requests to a seller.");

    /// <summary>Duration of purchases; by <c>outcome</c> and <c>error.type</c>.</summary>
    public static Histogram<double> PurchaseDuration { get; } =
        Telemetry.Meter.CreateHistogram<double>("lightningops.purchase.duration", "s", "Duration of purchases.");

    /// <summary>Number of wallet calls to pay or look up an invoice; by <c>operation</c> and <c>outcome</c>.</summary>
    public static Counter<long> Payments { get; } =
        Telemetry.Meter.CreateCounter<long>("lightningops.payments", "{payment}", "Invoices a wallet was asked to pay.");

    /// <summary>Amount paid, without routing fees.</summary>
    public static Counter<long> Spent { get; } =
        Telemetry.Meter.CreateCounter<long>("lightningops.spent", "msat", "Amount paid, without routing fees.");

    /// <summary>Number of uses of earlier bought credentials.</summary>
    public static Counter<long> CacheHits { get; } =
        Telemetry.Meter.CreateCounter<long>("lightningops.credential.cache_hits", "{request}", "Requests made with an already paid credential.");

    /// <summary>Number of ingested settlements; by <c>existed</c>.</summary>
    public static Counter<long> Settlements { get; } =
        Telemetry.Meter.CreateCounter<long>("lightningops.settlements", "{settlement}", "Settlements ingested.");
}
