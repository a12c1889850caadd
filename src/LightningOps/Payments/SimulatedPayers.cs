using System;
using LightningOps.Payments.Simulation;

namespace LightningOps.Payments;

/// <summary>Wallets that move no money.</summary>
internal static class SimulatedPayers
{
    /// <summary>Condition for a column of payers, as <see cref="Contains"/>.</summary>
    public const string Condition = "(payer = '" + SimulatedWallet.PayerName + "' OR payer = '" + MockPayer.PayerName + "' OR payer LIKE '" + SimulatedWallet.PayerName + " %' OR payer LIKE '" + MockPayer.PayerName + " %')";

    /// <summary>Whether a payer moves no money.</summary>
    /// <param name="payer">Its <see cref="IInvoicePayer.Name"/>, and its location if known.</param>
    public static bool Contains(string payer) => Is(payer, SimulatedWallet.PayerName) || Is(payer, MockPayer.PayerName);

    private static bool Is(string payer, string name) => payer == name || payer.StartsWith(name + " ", StringComparison.Ordinal);
}
