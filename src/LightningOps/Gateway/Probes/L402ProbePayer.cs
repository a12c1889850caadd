using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using LightningOps.Payments;
using LightningOps.Payments.Simulation;

namespace LightningOps.Gateway.Probes;

/// <summary>
/// Buys for the proxy check of a gateway with a funded wallet, for at most the price of the rule and within the
/// budgets. The purchase is recorded in the credential store before it is paid. Each check buys a new credential,
/// because an earlier one may have been sold under another configuration. An interrupted purchase is resolved first.
/// </summary>
public sealed class L402ProbePayer : IProbePayer, IDisposable
{
    /// <summary>Beginning of the scope of every purchase of a check. It marks the purchase as the operator's own.</summary>
    internal const string ScopePrefix = "probe of ";

    private readonly L402Client client;
    private readonly IInvoicePayer wallet;

    /// <summary>A payer; nothing is sent yet.</summary>
    /// <param name="options">Budgets and waits.</param>
    /// <param name="wallet">The wallet; not disposed here.</param>
    /// <param name="store">The store of purchases; not disposed here.</param>
    /// <param name="time">Clock of limits, expiries and waits; null for the system's clock.</param>
    internal L402ProbePayer(L402ClientOptions options, IInvoicePayer wallet, CredentialStore store, TimeProvider? time = null)
    {
        this.wallet = wallet;
        client = new L402Client(options, wallet, store, handler: null, time);
    }

    /// <summary>A payer; nothing is sent yet.</summary>
    /// <param name="options">Budgets and waits.</param>
    /// <param name="wallet">The wallet; not disposed here.</param>
    /// <param name="store">The store of purchases; not disposed here.</param>
    public static L402ProbePayer Create(L402ClientOptions options, IInvoicePayer wallet, CredentialStore store) => new(options, wallet, store);

    /// <summary>A payer with a simulated wallet; its purchases are not stored, and the wallet notes that they are checks.</summary>
    /// <param name="wallet">The wallet; not disposed here.</param>
    public static IProbePayer WithoutMoney(SimulatedWallet wallet) => new TransientPayer(wallet);

    /// <inheritdoc/>
    public Task<string> BuyAsync(string challenge, ProbeRoute route, CancellationToken cancellationToken)
    {
        if (route is null)
        {
            throw new ArgumentNullException(nameof(route));
        }

        // Aperture charges 1 satoshi for a price of 0.
        var price = new Msats(Math.Max(1, route.Rule.PriceSats) * Msats.PerSatoshi);
        var request = new L402Request
        {
            Uri = new Uri("https://" + route.Host + "/"),
            Scope = ScopePrefix + route.Path,
            MaxPrice = price,
            MaxSpend = price.Value + wallet.FeeLimitFor(price, price).Value,
            ForceRefresh = true,
        };
        return client.BuyAsync(request, challenge, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    /// <summary>Buys each time with a new store, using the clock of the node that creates the invoices.</summary>
    private sealed class TransientPayer(SimulatedWallet wallet) : IProbePayer
    {
        public async Task<string> BuyAsync(string challenge, ProbeRoute route, CancellationToken cancellationToken)
        {
            using var store = CredentialStore.InMemory(wallet.Time);
            using var payer = new L402ProbePayer(new L402ClientOptions(), wallet, store, wallet.Time);
            try
            {
                return await payer.BuyAsync(challenge, route, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                foreach (var purchase in await store.ListAsync(new PurchaseQuery(), CancellationToken.None).ConfigureAwait(false))
                {
                    wallet.NoteCheck(purchase.PaymentHash ?? string.Empty);
                }
            }
        }
    }
}
