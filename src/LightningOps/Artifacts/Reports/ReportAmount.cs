using LightningOps.Paywalls;

namespace LightningOps.Artifacts.Reports;

/// <summary>One amount of money.</summary>
/// <param name="What">What it is, for example <c>Paid</c>.</param>
/// <param name="Amount">Millisatoshis.</param>
/// <param name="For">What for: a route, a paywall, an address.</param>
public sealed record ReportAmount(string What, Msats Amount, string? For)
{
    /// <summary>Reference of its proof, never the proof; or what else there is to say.</summary>
    public string? Reference { get; init; }

    /// <summary>Whether it was paid or settled: only then it counts in the sum.</summary>
    public bool IsPaid { get; init; }
}
