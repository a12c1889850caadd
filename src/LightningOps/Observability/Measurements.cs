using System.Diagnostics.Metrics;

namespace LightningOps.Observability;

/// <summary>The metrics of the module; durations in seconds, amounts in millisatoshis.</summary>
internal static class Measurements
{
    /// <summary>How long reconciles took; by <c>outcome</c> and <c>error.type</c>.</summary>
    public static Histogram<double> ReconcileDuration { get; } =
        Telemetry.Meter.CreateHistogram<double>("lightningops.reconcile.duration", "s", "Duration of reconciles of a gateway.");

    /// <summary>How many reconciles ended; by <c>outcome</c> and <c>error.type</c>.</summary>
    public static Counter<long> Reconciles { get; } =
        Telemetry.Meter.CreateCounter<long>("lightningops.reconciles", "{reconcile}", "Reconciles of a gateway that ended.");

    /// <summary>How long the stages of reconciles took; by <c>stage</c> and <c>status</c>.</summary>
    public static Histogram<double> StageDuration { get; } =
        Telemetry.Meter.CreateHistogram<double>("lightningops.stage.duration", "s", "Duration of the stages of reconciles.");

    /// <summary>How long compiles took; by <c>format</c> and <c>valid</c>.</summary>
    public static Histogram<double> CompileDuration { get; } =
        Telemetry.Meter.CreateHistogram<double>("lightningops.compile.duration", "s", "Duration of compiles.");

    /// <summary>How long calls of a control plane took, all tries together; by <c>function</c>, <c>error.type</c>.</summary>
    public static Histogram<double> ControlPlaneDuration { get; } =
        Telemetry.Meter.CreateHistogram<double>("lightningops.control_plane.duration", "s", "Duration of calls of a control plane.");

    /// <summary>How long requests to a gateway took, all tries together; by <c>http.request.method</c>, <c>http.response.status_code</c>, <c>error.type</c>.</summary>
    public static Histogram<double> GatewayDuration { get; } =
        Telemetry.Meter.CreateHistogram<double>("lightningops.gateway.duration", "s", "Duration of requests to a gateway.");

    /// <summary>How long requests to a wallet took; by <c>http.request.method</c>, <c>http.response.status_code</c>, <c>error.type</c>.</summary>
    public static Histogram<double> WalletDuration { get; } =
        Telemetry.Meter.CreateHistogram<double>("lightningops.wallet.duration", "s", "Duration of requests to a wallet.");

    /// <summary>How long requests to a seller took, until the headers of the answer; by <c>http.request.method</c>, <c>http.response.status_code</c>, <c>error.type</c>.</summary>
    public static Histogram<double> SellerDuration { get; } =
        Telemetry.Meter.CreateHistogram<double>("lightningops.seller.duration", "s", "Duration of requests to a seller.");

    /// <summary>How long purchases took; by <c>outcome</c> and <c>error.type</c>.</summary>
    public static Histogram<double> PurchaseDuration { get; } =
        Telemetry.Meter.CreateHistogram<double>("lightningops.purchase.duration", "s", "Duration of purchases.");

    /// <summary>How many invoices a wallet was asked to pay, or about; by <c>operation</c> and <c>outcome</c>.</summary>
    public static Counter<long> Payments { get; } =
        Telemetry.Meter.CreateCounter<long>("lightningops.payments", "{payment}", "Invoices a wallet was asked to pay.");

    /// <summary>What was paid, without routing fees.</summary>
    public static Counter<long> Spent { get; } =
        Telemetry.Meter.CreateCounter<long>("lightningops.spent", "msat", "Amount paid, without routing fees.");

    /// <summary>How often a credential paid for before was used.</summary>
    public static Counter<long> CacheHits { get; } =
        Telemetry.Meter.CreateCounter<long>("lightningops.credential.cache_hits", "{request}", "Requests made with an already paid credential.");

    /// <summary>How many settlements were taken in; by <c>existed</c>.</summary>
    public static Counter<long> Settlements { get; } =
        Telemetry.Meter.CreateCounter<long>("lightningops.settlements", "{settlement}", "Settlements ingested.");
}
