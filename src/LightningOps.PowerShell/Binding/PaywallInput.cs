using LightningOps.Paywalls;

namespace LightningOps.PowerShell.Binding;

/// <summary>
/// One input of a paywall parameter: a paywall, or the reason why it is invalid. PowerShell would report an object
/// that does not bind and continue with the others, which would give half a snapshot. This type always binds, and the
/// cmdlet refuses the whole input.
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
