using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.L402;
using LightningOps.Payments;

namespace LightningOps.Tests.Buyer;

/// <summary>One host that sells, a wallet and a client of it, all of which meet the fates they are given.</summary>
internal sealed class PurchaseWorld
{
    public const long Price = 5000;
    public const long FeeLimit = 1000;
    public const long HourlyBudget = 12_000;

    private readonly CredentialStore store;
    private readonly InertTime time;
    private readonly Ledger ledger;
    private readonly Seller seller;
    private readonly LedgerPayer payer;
    private readonly SellerHandler handler;
    private readonly Uri url;
    private readonly List<(DateTimeOffset At, long Cost)> paid = [];
    private readonly Dictionary<string, long> fees = new(StringComparer.Ordinal);
    private Queue<PurchaseFate> fates = new();
    private TaskCompletionSource killed = new();
    private CancellationTokenSource stop = new();
    private L402Client client;

    public PurchaseWorld(CredentialStore store, InertTime time, string host)
    {
        this.store = store;
        this.time = time;
        url = new Uri("https://" + host + "/goods");
        ledger = new Ledger(time);
        seller = new Seller(ledger) { Price = Price };
        payer = new LedgerPayer(ledger) { FeeLimit = FeeLimit, Fee = TellFee, OnPay = PayAsync, OnLookUp = LookUpAsync };
        handler = new SellerHandler(seller) { Before = BeforeAsync, After = AfterAsync };
        client = Open();
    }

    /// <summary>Times money moved.</summary>
    public int Payments => ledger.Payments;

    /// <summary>Reasons there were to buy: the first, and each time what was bought was no longer good.</summary>
    public int Reasons { get; private set; } = 1;

    /// <summary>Makes a request, which ends, or whose process is killed.</summary>
    /// <returns>Whether the goods came.</returns>
    public async Task<bool> CallAsync(IEnumerable<PurchaseFate> given, bool forceRefresh = false)
    {
        fates = new Queue<PurchaseFate>(given);
        killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        stop = new CancellationTokenSource();
        Reasons += forceRefresh ? 1 : 0;
        var call = client.SendAsync(new L402Request { Uri = url, RequestId = "req", ForceRefresh = forceRefresh, AllowRebuy = true }, stop.Token);
        if (await Task.WhenAny(call, killed.Task) != call)
        {
            // Another process continues, with nothing in memory.
            client = Open();
            return false;
        }

        try
        {
            using var response = await call;
            return response.StatusCode == 200;
        }
        catch (Exception failure) when (failure is LightningOpsException or OperationCanceledException)
        {
            return false;
        }
    }

    public void Revoke()
    {
        seller.RevokeAll();
        Reasons++;
    }

    /// <summary>The most that was paid in any hour, routing counted, millisatoshis.</summary>
    public long MostInAnHour() => paid.Select(end => paid.Where(one => one.At <= end.At && one.At > end.At - TimeSpan.FromHours(1)).Sum(one => one.Cost)).DefaultIfEmpty().Max();

    /// <summary>Purchases of this host.</summary>
    public async Task<IReadOnlyList<Purchase>> PurchasesAsync() =>
        await store.ListAsync(new PurchaseQuery { Host = url.Host }, default);

    private L402Client Open() => new(
        new L402ClientOptions { Limits = new SpendLimits { MaxSpend = new Msats(Price + FeeLimit), HourlyBudget = new Msats(HourlyBudget) } }, payer, store, handler, time);

    // No fee, half of it, or the maximum; for every fourth payment the wallet does not report it.
    private long GetFee(InvoicePayment payment) =>
        fees.TryGetValue(payment.Invoice, out var known) ? known : fees[payment.Invoice] = payment.FeeLimit!.Value.Value * (fees.Count % 3) / 2;

    private long? TellFee(InvoicePayment payment) => GetFee(payment) is var fee && fees.Count % 4 == 3 ? null : fee;

    private PurchaseFate Next() => fates.TryDequeue(out var fate) ? fate : PurchaseFate.Well;

    private Task<PaymentResult> PayAsync(InvoicePayment payment, CancellationToken token) => MeetAsync(
        Next(),
        token,
        () =>
        {
            var before = ledger.Payments;
            var result = payer.Pay(payment);
            if (ledger.Payments > before)
            {
                paid.Add((time.GetUtcNow(), Price + GetFee(payment)));
            }

            return result;
        });

    private Task<PaymentResult> LookUpAsync(InvoicePayment payment, CancellationToken token) => MeetAsync(Next(), token, () => payer.LookUp(payment), onlyLooks: true);

    private async Task<PaymentResult> MeetAsync(PurchaseFate fate, CancellationToken token, Func<PaymentResult> act, bool onlyLooks = false)
    {
        switch (fate)
        {
            case PurchaseFate.LostBefore:
                throw new HttpRequestException("lost");
            case PurchaseFate.KilledBefore:
                return await DieAsync<PaymentResult>();
            case PurchaseFate.Refused when !onlyLooks:
                return PaymentResult.Failed("no_route", "no way");
            case PurchaseFate.RefusedOtherwise:
                return PaymentResult.Pending("payment_pending", "in flight");
        }

        var result = act();
        switch (fate)
        {
            case PurchaseFate.LostAfter:
                throw new HttpRequestException("lost");
            case PurchaseFate.KilledAfter:
                return await DieAsync<PaymentResult>();
            case PurchaseFate.Stopped:
                await stop.CancelAsync();
                token.ThrowIfCancellationRequested();
                return result;
            case PurchaseFate.PendingPaid:
                return PaymentResult.Pending("payment_pending", "in flight");
            case PurchaseFate.Unproven when result.State == PaymentState.Paid:
                return result with { Preimage = Preimage.FromBytes(new byte[32]) };
            default:
                return result;
        }
    }

    private async Task BeforeAsync(HttpRequestMessage request, CancellationToken token)
    {
        var fate = Next();
        request.Options.Set(Fate, fate);
        switch (fate)
        {
            case PurchaseFate.LostBefore:
                throw new HttpRequestException("lost");
            case PurchaseFate.KilledBefore:
                await DieAsync<bool>();
                break;
            case PurchaseFate.Stopped:
                await stop.CancelAsync();
                token.ThrowIfCancellationRequested();
                break;
        }
    }

    private async Task AfterAsync(HttpRequestMessage request, HttpResponseMessage response, CancellationToken token)
    {
        request.Options.TryGetValue(Fate, out var fate);
        switch (fate)
        {
            case PurchaseFate.LostAfter:
                throw new HttpRequestException("lost");
            case PurchaseFate.KilledAfter:
                await DieAsync<bool>();
                break;
            case PurchaseFate.Refused or PurchaseFate.RefusedOtherwise when request.Headers.Contains("Authorization"):
                response.StatusCode = fate == PurchaseFate.Refused ? HttpStatusCode.PaymentRequired : HttpStatusCode.Unauthorized;
                Reasons++;
                break;
        }
    }

    private static readonly HttpRequestOptionsKey<PurchaseFate> Fate = new("fate");

    /// <summary>What a killed process was about to do never happens.</summary>
    private Task<T> DieAsync<T>()
    {
        killed.TrySetResult();
        return new TaskCompletionSource<T>().Task;
    }
}
