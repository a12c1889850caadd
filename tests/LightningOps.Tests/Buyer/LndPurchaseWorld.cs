using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.L402;
using LightningOps.L402.Bolt11;
using LightningOps.Settings;

namespace LightningOps.Tests.Buyer;

/// <summary>What befalls a request to an LND node or to a seller.</summary>
internal enum LndFate
{
    /// <summary>All is well.</summary>
    Well,

    /// <summary>The connection is lost before the request arrives.</summary>
    LostBefore,

    /// <summary>The connection is lost before the answer arrives.</summary>
    LostAfter,

    /// <summary>The process is killed before the request arrives.</summary>
    KilledBefore,

    /// <summary>The process is killed before the answer arrives.</summary>
    KilledAfter,

    /// <summary>The operator stops the call while the request is under way.</summary>
    Stopped,

    /// <summary>The payment finds no route; the seller says 402.</summary>
    Refused,

    /// <summary>The payment stays in flight and fails later; the seller says 401.</summary>
    HeldThenFails,

    /// <summary>The payment stays in flight and settles later.</summary>
    HeldThenSettles,

    /// <summary>A proxy answers in the node's place.</summary>
    ProxyAnswers,

    /// <summary>A proxy keeps the request, and delivers it by the next call.</summary>
    DeliveredLate,

    /// <summary>From the next question who answers on, it is another node.</summary>
    NodeChanged,

    /// <summary>The payments that have ended are deleted at the node, once the client has seen them.</summary>
    PaymentDeleted,

    /// <summary>Somebody else has paid the invoice at this node before.</summary>
    PaidBefore,
}

/// <summary>One host that sells, two nodes of a kind that may answer at one address, and a client of both, all of which meet the fates they are given.</summary>
internal sealed class LndPurchaseWorld
{
    public const long Price = 5000;
    public const long FeeLimit = 1000;

    private static readonly HttpRequestOptionsKey<LndFate> Fate = new("fate");

    private readonly CredentialStore store;
    private readonly InertTime time;
    private readonly Ledger ledger;
    private readonly Seller seller;
    private readonly SellerHandler sellerHandler;
    private readonly Uri url;
    private readonly NodeDialect dialect;
    private readonly LndNodeBooks[] nodes;
    private readonly List<(LndNodeBooks Node, string Invoice, bool Settles)> late = [];
    private readonly HashSet<string> sent = [];
    private readonly HashSet<string> paidBefore = [];
    private Queue<LndFate> fates = new();
    private TaskCompletionSource killed = new();
    private CancellationTokenSource stop = new();
    private L402Client client;
    private int current;
    private int reasons;
    private bool changes;

    public LndPurchaseWorld(CredentialStore store, InertTime time, string host, bool charges, NodeDialect dialect)
    {
        this.dialect = dialect;
        this.store = store;
        this.time = time;
        url = new Uri("https://" + host + "/goods");
        ledger = new Ledger(time);
        seller = new Seller(ledger) { Price = Price, Charges = charges };
        nodes = [new LndNodeBooks("02", ledger, time, dialect), new LndNodeBooks("03", ledger, time, dialect)];
        sellerHandler = new SellerHandler(seller) { Before = BeforeAsync, After = AfterAsync };
        client = Open();
    }

    /// <summary>
    /// Reasons there were to pay: the first, and each time what was bought was refused, given up, not good enough, or used up
    /// by the one request it was good for.
    /// </summary>
    public int Reasons => 1 + reasons + seller.Consumed;

    /// <summary>Payments that were made for this client.</summary>
    public IReadOnlyList<LndNodeBooks.Entry> Payments => nodes.SelectMany(node => node.Paid).ToList();

    /// <summary>Preimages that somebody else's payment gave, and that the seller was sent.</summary>
    public int SentOfOthers => seller.Authorizations.Count(value => paidBefore.Any(invoice => value.Contains(ledger.GetPreimage(invoice).Reveal(), StringComparison.Ordinal)));

    public async Task<bool> CallAsync(IEnumerable<LndFate> given, bool forceRefresh = false, bool allowRebuy = false)
    {
        DeliverLate();
        fates = new Queue<LndFate>(given);
        killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        stop = new CancellationTokenSource();
        reasons += forceRefresh ? 1 : 0;
        var call = client.SendAsync(new L402Request { Uri = url, RequestId = "req", ForceRefresh = forceRefresh, AllowRebuy = allowRebuy }, stop.Token);
        if (await Task.WhenAny(call, killed.Task) != call)
        {
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
        reasons++;
    }

    /// <summary>The other node answers from now on.</summary>
    public void ChangeNode() => current = 1 - current;

    /// <summary>Whatever is in flight ends.</summary>
    public void EndAll()
    {
        DeliverLate();
        foreach (var node in nodes)
        {
            node.EndHeld();
        }
    }

    /// <summary>Gives up what no node knows any more.</summary>
    public async Task GiveUpAsync()
    {
        foreach (var purchase in await PurchasesAsync())
        {
            if (purchase.IsUnfinished && nodes.All(node => !node.Knows(purchase.PaymentHash!)))
            {
                await store.RemoveAsync(purchase.PurchaseId, force: true, allowSecondPayment: true, default);
                reasons++;
            }
        }
    }

    public async Task<IReadOnlyList<Purchase>> PurchasesAsync() => await store.ListAsync(new PurchaseQuery { Host = url.Host }, default);

    private L402Client Open() => new(
        new L402ClientOptions { Limits = new SpendLimits { MaxSpend = new Msats(Price + FeeLimit) }, WalletPlace = "node.example.com" },
        dialect.Open(new Wire(this), time),
        store,
        sellerHandler,
        time);

    private void DeliverLate()
    {
        foreach (var (node, invoice, settles) in late)
        {
            node.Send(invoice, settles ? LndFate.Well : LndFate.Refused);
        }

        late.Clear();
    }

    private LndFate Next() => fates.TryDequeue(out var fate) ? fate : LndFate.Well;

    /// <summary>What a killed process was about to do never happens.</summary>
    private Task<T> DieAsync<T>()
    {
        killed.TrySetResult();
        return new TaskCompletionSource<T>().Task;
    }

    private async Task<HttpResponseMessage> MeetNodeAsync(HttpRequestMessage request, CancellationToken token)
    {
        var question = dialect.Read(request.RequestUri!.AbsolutePath, request.Content is null ? string.Empty : await request.Content.ReadAsStringAsync(token));
        if (question.Kind == NodeQuestionKind.Identity)
        {
            current = changes ? 1 - current : current;
            changes = false;
            return Answer(dialect.Identify(nodes[current].Identity));
        }

        if (question.Kind == NodeQuestionKind.Permissions)
        {
            return Answer(dialect.Permissions);
        }

        var node = nodes[current];
        var fate = Next();
        var isSend = question.Kind == NodeQuestionKind.Send;
        var invoice = question.Invoice;
        if (isSend)
        {
            // Whether or not it arrives, the client has recorded that it is sent.
            sent.Add(invoice!);
        }

        switch (fate)
        {
            case LndFate.LostBefore:
                throw new HttpRequestException("lost");
            case LndFate.KilledBefore:
                return await DieAsync<HttpResponseMessage>();
            case LndFate.ProxyAnswers:
                return Answer(fates.Count % 2 == 0 ? (403, "{\"code\":7,\"message\":\"forbidden\",\"details\":[]}") : (400, "{\"code\":400,\"message\":\"Bad Request\"}"));
            case LndFate.DeliveredLate when isSend:
                late.Add((node, invoice!, fates.Count % 2 == 0));
                return Answer((504, "gateway timeout"));
            case LndFate.NodeChanged:
                changes = true;
                break;
            case LndFate.PaidBefore when !isSend:
                PayBefore(node, question.Hash!);
                break;
            case LndFate.PaymentDeleted when !isSend:
                node.DeleteSeen();
                break;
        }

        var answer = isSend ? node.Send(invoice!, fate) : node.Track(question.Hash!);
        switch (fate)
        {
            case LndFate.LostAfter:
                throw new HttpRequestException("lost");
            case LndFate.KilledAfter:
                return await DieAsync<HttpResponseMessage>();
            case LndFate.Stopped:
                await stop.CancelAsync();
                token.ThrowIfCancellationRequested();
                break;
        }

        if (answer.Status < 500)
        {
            // An error does not tell the state of the payment, so the client has not seen it yet.
            node.Seen(isSend ? Bolt11Invoice.Parse(invoice!).PaymentHash : question.Hash!);
        }

        return Answer(answer);
    }

    // Only if nothing was sent yet; from then on the node's payment belongs to this client.
    private void PayBefore(LndNodeBooks node, string hash)
    {
        var invoice = ledger.AllInvoices.FirstOrDefault(one => Bolt11Invoice.Parse(one).PaymentHash == hash);
        if (invoice is not null && sent.Add(invoice))
        {
            node.PayForAnother(invoice);
            paidBefore.Add(invoice);
        }
    }

    private static HttpResponseMessage Answer((int Status, string Body) answer) => new((HttpStatusCode)answer.Status) { Content = new StringContent(answer.Body, Encoding.UTF8, "application/json") };

    private async Task BeforeAsync(HttpRequestMessage request, CancellationToken token)
    {
        var fate = Next();
        request.Options.Set(Fate, fate);
        switch (fate)
        {
            case LndFate.LostBefore:
                throw new HttpRequestException("lost");
            case LndFate.KilledBefore:
                await DieAsync<bool>();
                break;
            case LndFate.Stopped:
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
            case LndFate.LostAfter:
                throw new HttpRequestException("lost");
            case LndFate.KilledAfter:
                await DieAsync<bool>();
                break;
            case LndFate.Refused or LndFate.HeldThenFails when request.Headers.Contains("Authorization"):
                response.StatusCode = fate == LndFate.Refused ? HttpStatusCode.PaymentRequired : HttpStatusCode.Unauthorized;

                // A credential that opened a request of the Payment scheme is used up, and counted, whatever happens
                // to the answer.
                reasons += seller.Charges ? 0 : 1;
                break;
        }
    }

    private sealed class Wire(LndPurchaseWorld world) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => world.MeetNodeAsync(request, cancellationToken);
    }
}

/// <summary>The books of one node: what it was sent, and what it answers about it, as LND where nothing else is said (lnd.jsonl).</summary>
internal sealed class LndNodeBooks(string prefix, Ledger ledger, TimeProvider time, NodeDialect? dialect = null)
{
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private readonly List<Entry> paid = [];
    private readonly NodeDialect dialect = dialect ?? NodeDialect.Lnd;
    private int index;

    public string Identity { get; } = prefix + new string('a', 64);

    /// <summary>Payments made for the client, also those that were deleted since.</summary>
    public IReadOnlyList<Entry> Paid => paid;

    public bool Knows(string hash) => entries.ContainsKey(hash);

    public (int Status, string Body) Send(string invoice, LndFate fate)
    {
        var decoded = Bolt11Invoice.Parse(invoice);
        if (decoded.ExpiresAt <= time.GetUtcNow())
        {
            return dialect.Expired(decoded);
        }

        if (entries.TryGetValue(decoded.PaymentHash, out var earlier) && earlier.Status != "FAILED")
        {
            return dialect.Repeated(earlier);
        }

        var entry = new Entry(decoded.PaymentHash, ledger.GetPreimage(invoice), ++index)
        {
            Begun = time.GetUtcNow(),
            Fee = LndPurchaseWorld.FeeLimit * (index % 3) / 2,
            Settles = fate == LndFate.HeldThenSettles,
            Status = fate switch { LndFate.Refused => "FAILED", LndFate.HeldThenFails or LndFate.HeldThenSettles => "IN_FLIGHT", _ => "SUCCEEDED" },
        };
        entries[entry.Hash] = entry;
        if (entry.Status == "SUCCEEDED")
        {
            paid.Add(entry);
        }

        return dialect.Sent(entry);
    }

    public (int Status, string Body) Track(string hash) => entries.TryGetValue(hash, out var entry) ? dialect.Tracked(entry, time.GetUtcNow()) : dialect.Absent;

    public void Seen(string hash)
    {
        if (entries.TryGetValue(hash, out var entry))
        {
            entry.IsSeen = true;
        }
    }

    public void PayForAnother(string invoice)
    {
        var hash = Bolt11Invoice.Parse(invoice).PaymentHash;
        entries[hash] = new Entry(hash, ledger.GetPreimage(invoice), ++index) { Status = "SUCCEEDED", Begun = time.GetUtcNow() };
    }

    /// <summary>As <c>deletepayments</c>: what is in flight stays, here until it has ended.</summary>
    public void DeleteSeen()
    {
        EndHeld();
        foreach (var hash in entries.Values.Where(entry => entry.IsSeen && entry.Status != "FAILED").Select(entry => entry.Hash).ToList())
        {
            entries.Remove(hash);
        }
    }

    /// <summary>As <c>deletepayments</c> of everything.</summary>
    public void ForgetAll() => entries.Clear();

    public void EndHeld()
    {
        foreach (var entry in entries.Values.Where(entry => entry.Status == "IN_FLIGHT"))
        {
            entry.Status = entry.Settles ? "SUCCEEDED" : "FAILED";
            if (entry.Settles)
            {
                paid.Add(entry);
            }
        }
    }

    /// <summary>A payment.</summary>
    internal sealed class Entry(string hash, Preimage preimage, int index)
    {
        public string Hash { get; } = hash;

        public Preimage Preimage { get; } = preimage;

        public int Index { get; } = index;

        public long Fee { get; init; }

        public DateTimeOffset Begun { get; init; }

        public bool Settles { get; init; }

        public string Status { get; set; } = "IN_FLIGHT";

        /// <summary>Whether the client was answered about it.</summary>
        public bool IsSeen { get; set; }
    }
}
