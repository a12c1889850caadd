using LightningOps.Paywalls;

namespace LightningOps.PowerShell.Binding;

/// <summary>
/// One thing given as a paywall: a paywall, or why it is none. PowerShell only reports an object that does not bind
/// and goes on with the others, which would make half a snapshot; this one binds, and the cmdlet refuses the whole.
/// </summary>
public sealed class PaywallInput
{
    private readonly Paywall? paywall;
    private readonly LightningOpsException? refusal;

    /// <summary>Creates the input of a paywall.</summary>
    /// <param name="paywall">The paywall.</param>
    public PaywallInput(Paywall paywall) => this.paywall = paywall;

    internal PaywallInput(LightningOpsException refusal) => this.refusal = refusal;

    internal Paywall Read() => paywall ?? throw refusal!;
}
