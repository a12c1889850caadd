using System.Collections.Generic;
using System.IO;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Files;
using LightningOps.L402;
using LightningOps.Storage;

namespace LightningOps.Buyer.Credentials;

/// <summary>
/// Writes proofs of payments to a file, for refund claims. A preimage proves that the invoice of its hash was paid.
/// It is a secret, because with the token it is the credential; the token is not written.
/// </summary>
public static class ProofFile
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    /// <summary>Writes a file that only its user can read (0600): a JSON array with one object per payment.</summary>
    /// <param name="store">The store of the proofs.</param>
    /// <param name="purchases">Which payments.</param>
    /// <param name="path">The file; it is replaced unless there is nothing to write.</param>
    /// <param name="cancellationToken">Stops the call; the file is then as it was.</param>
    /// <returns>The purchases without a proof: not paid, or removed.</returns>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    /// <exception cref="CredentialKeyException">The key is lost or wrong.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static async Task<IReadOnlyList<Purchase>> WriteAsync(CredentialStore store, IReadOnlyList<Purchase> purchases, string path, CancellationToken cancellationToken)
    {
        var proofs = new List<(Purchase Purchase, Preimage Proof)>();
        var unproven = new List<Purchase>();
        foreach (var purchase in purchases)
        {
            if (await store.FindProofAsync(purchase.PurchaseId, cancellationToken).ConfigureAwait(false) is { } proof)
            {
                proofs.Add((purchase, proof));
            }
            else
            {
                unproven.Add(purchase);
            }
        }

        if (proofs.Count > 0)
        {
            AtomicFile.Write(path, file => Write(file, proofs), restricted: true);
        }

        return unproven;
    }

    private static void Write(Stream file, List<(Purchase Purchase, Preimage Proof)> proofs)
    {
        using (var json = new Utf8JsonWriter(file, Indented))
        {
            json.WriteStartArray();
            foreach (var (purchase, proof) in proofs)
            {
                Write(json, purchase, proof);
            }

            json.WriteEndArray();
        }

        file.WriteByte((byte)'\n');
    }

    private static void Write(Utf8JsonWriter json, Purchase purchase, Preimage proof)
    {
        json.WriteStartObject();
        json.WriteString("purchaseId", purchase.PurchaseId);
        json.WriteString("host", purchase.For.Host);
        json.WriteString("scope", purchase.For.Scope);
        json.WriteString("state", purchase.State.ToString().ToLowerInvariant());
        json.WriteString("requestId", purchase.RequestId);
        json.WriteString("paymentId", purchase.PaymentId);
        json.WriteString("paymentHash", purchase.PaymentHash ?? proof.ComputePaymentHash().Hex);
        json.WriteString("preimage", proof.Reveal());
        WriteAmount(json, "amountMsats", purchase.Quoted);
        WriteAmount(json, "spentMsats", purchase.Spent);
        WriteAmount(json, "feeMsats", purchase.Fee);
        json.WriteNumber("paidAtMs", purchase.SpentAtMs);
        json.WriteEndObject();
    }

    private static void WriteAmount(Utf8JsonWriter json, string name, long? msats)
    {
        if (msats is { } amount)
        {
            json.WriteNumber(name, amount);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
