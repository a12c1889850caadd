using System;
using System.Security.Cryptography;
using System.Text;

namespace LightningOps.L402.Payments.Mock;

/// <summary>What the mock wallet pays with.</summary>
public sealed class MockPayerOptions
{
    /// <summary>
    /// Gives the preimage of an invoice, or null for one it cannot pay. By default that of <see cref="Deterministic"/> for
    /// an invoice that is not BOLT 11: of a real one it cannot know the preimage.
    /// </summary>
    public Func<InvoicePayment, Preimage?> Preimages { get; init; } =
        payment => payment.PaymentHash is null ? Deterministic("mock:", payment.Invoice) : null;

    /// <summary>Time of the payment before the first, Unix milliseconds; each is one later.</summary>
    public long StartMs { get; init; } = 1_736_000_000_000;

    /// <summary>The preimage of a mock invoice: the SHA-256 of the two texts together, in UTF-8.</summary>
    /// <param name="prefix">Tells one set of fixtures from another, for example <c>ep212:</c>.</param>
    /// <param name="invoice">The mock invoice.</param>
    public static Preimage Deterministic(string prefix, string invoice)
    {
        using var sha = SHA256.Create();
        return Preimage.FromBytes(sha.ComputeHash(Encoding.UTF8.GetBytes(prefix + invoice)));
    }
}
