using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace LightningOps.Tests.Buyer;

/// <summary>A seller, a wallet and a client that buys, all of one test.</summary>
internal sealed class PurchaseBench : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private readonly TimeProvider clock;

    /// <param name="inRealTime">Whether what waits waits by the system's clock, which nobody has to advance.</param>
    public PurchaseBench(bool inRealTime = false)
    {
        clock = inRealTime ? TimeProvider.System : Time;
        Ledger = new Ledger(clock);
        Seller = new Seller(Ledger);
        Handler = new SellerHandler(Seller);
        Payer = new LedgerPayer(Ledger);
        Store = OpenStore();
        Client = Open();
    }

    public static Uri Url { get; } = new("https://shop.example.com/goods");

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public Ledger Ledger { get; }

    public Seller Seller { get; }

    public SellerHandler Handler { get; }

    public LedgerPayer Payer { get; }

    public string StorePath => folder.File("credentials.db");

    public CredentialStore Store { get; private set; }

    public L402Client Client { get; private set; }

    public L402ClientOptions Options { get; private set; } = new() { Limits = new SpendLimits { MaxSpend = new Msats(100_000) } };

    /// <summary>Whether the processes named in the store still run.</summary>
    public bool IsOwnerAlive { get; set; } = true;

    public static L402Request Get(string url = "https://shop.example.com/goods") => new() { Uri = new Uri(url), RequestId = "req" };

    /// <summary>Goes on with other options.</summary>
    public PurchaseBench With(Func<L402ClientOptions, L402ClientOptions> change)
    {
        Options = change(Options);
        Client.Dispose();
        Client = Open();
        return this;
    }

    /// <summary>Goes on as another process would: with the same file, and nothing in memory.</summary>
    public void Restart(bool ownerIsAlive = false)
    {
        IsOwnerAlive = ownerIsAlive;
        Store.Dispose();
        Store = OpenStore();
        Client = Open();
    }

    /// <summary>Status and body of the answer, and the answer itself.</summary>
    public async Task<(L402Response Response, string Body)> SendAsync(L402Request? request = null, CancellationToken cancellationToken = default)
    {
        using var response = await Client.SendAsync(request ?? Get(), cancellationToken);
        using var reader = new StreamReader(await response.OpenBodyAsync());
        return (response, await reader.ReadToEndAsync(cancellationToken));
    }

    public L402Client Open() => new(Options, Payer, Store, Handler, clock);

    public void Dispose()
    {
        Client.Dispose();
        Store.Dispose();
        folder.Dispose();
    }

    private CredentialStore OpenStore() => new(new CredentialStoreOptions { Path = StorePath, Time = clock, IsDurable = false, LookEvery = TimeSpan.Zero, IsAlive = _ => IsOwnerAlive });
}
