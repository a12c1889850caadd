namespace LightningOps.L402.Payments;

/// <summary>
/// A wallet as an operator names it: <c>executor</c>, <c>executor:https://…</c>, <c>lnd:https://host:port</c>,
/// <c>simulated</c> or <c>mock</c>. The name a wallet gives itself is understood, too.
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="Place">URL; null where the settings say.</param>
public sealed record PayerReference(PayerKind Kind, string? Place)
{
    private const string Forms = "executor, executor:https://host, lnd:https://host:port, simulated or mock";

    /// <summary>Reads a reference.</summary>
    /// <param name="text">What the operator wrote.</param>
    /// <exception cref="ConfigException">It names no wallet.</exception>
    public static PayerReference Parse(string text)
    {
        var colon = text.IndexOf(':');
        var place = colon < 0 ? null : text.Substring(colon + 1).Trim();
        var kind = KindOf((colon < 0 ? text : text.Substring(0, colon)).Trim());
        return (kind, place) switch
        {
            (null, _) or (_, "") or (PayerKind.Mock or PayerKind.Simulated, not null) or (PayerKind.Lnd, null) =>
                throw new ConfigException("Payer", "\"" + text + "\" names no wallet", "Give -Payer as " + Forms + "."),
            _ => new PayerReference(kind.Value, place),
        };
    }

    private static PayerKind? KindOf(string name) => name.ToLowerInvariant() switch
    {
        "executor" or "wallet-executor" => PayerKind.WalletExecutor,
        "lnd" => PayerKind.Lnd,
        "mock" => PayerKind.Mock,
        "simulated" => PayerKind.Simulated,
        _ => null,
    };
}
