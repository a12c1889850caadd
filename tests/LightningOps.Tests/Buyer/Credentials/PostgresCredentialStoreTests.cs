using System;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.Gateway.Registry;
using LightningOps.Storage;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Buyer.Credentials;

/// <summary>Credentials that the machines of a team share: the database never holds their key.</summary>
[NeedsPostgres]
public sealed class PostgresCredentialStoreTests : CredentialStoreContract, IClassFixture<PostgresDatabase>
{
    private readonly PostgresDatabase database;
    private readonly string key = Convert.ToHexString(SecretBox.NewKey());

    public PostgresCredentialStoreTests(PostgresDatabase database)
    {
        this.database = database;
        if (PostgresServer.IsAvailable)
        {
            database.Empty();
        }
    }

    [PostgresFact]
    public async Task No_token_preimage_invoice_or_key_is_in_the_database_in_clear()
    {
        using var store = Open();
        using var client = new L402Client(Bench.Options, Bench.Payer, store, Bench.Handler);
        (await client.SendAsync(PurchaseBench.Get())).Dispose();
        var sent = Bench.Seller.Authorizations.Single()["L402 ".Length..].Split(':');

        var content = Everything();

        Assert.Contains("shop.example.com", content, StringComparison.Ordinal);
        foreach (var secret in new[] { sent[0], sent[1], Bench.Payer.Last!.Invoice, key })
        {
            Assert.DoesNotContain(secret, content, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(Convert.ToHexString(Encoding.UTF8.GetBytes(secret)), content, StringComparison.OrdinalIgnoreCase);
        }
    }

    [PostgresFact]
    public async Task No_secret_of_a_purchase_or_a_gateway_is_in_the_activity_the_log_or_a_dump_of_the_server()
    {
        using var server = PostgresServer.Start("log_statement=all", "log_min_messages=debug1");
        using var own = new PostgresDatabase(server, isMigrated: true);
        using var store = new CredentialStore(new TeamCredentialOptions { Database = own.Options(), Key = () => key, KeyName = "env:OA_LIGHTNING_KEY" });
        using var client = new L402Client(Bench.Options, Bench.Payer, store, Bench.Handler);
        (await client.SendAsync(PurchaseBench.Get())).Dispose();
        using var folder = new TemporaryFolder();
        await new GatewayRegistry(folder.File("g.json"), null, own.Options()).ChangeAsync(
            "prod",
            static _ => new RegisteredGateway { Name = "prod", Kind = "admin", StopCommand = ["/bin/5top"], Endpoints = [new RegisteredEndpoint { Address = "https://a:8081", Macaroon = SecretReference.Parse("vault:5ecret/place"), Binding = new SecretBinding("https://a:8081", null) }] },
            default);
        var sent = Bench.Seller.Authorizations.Single()["L402 ".Length..].Split(':');

        var activity = own.Scalar("SELECT string_agg(query || application_name, ' ') FROM pg_stat_activity") as string;
        foreach (var place in new[] { activity!, server.ReadLog(), own.Dump() })
        {
            foreach (var secret in new[] { sent[0], sent[1], Bench.Payer.Last!.Invoice, key, server.Password, "5top", "5ecret" })
            {
                Assert.DoesNotContain(secret, place, StringComparison.OrdinalIgnoreCase);
            }
        }

        Assert.Contains("INSERT INTO purchases", server.ReadLog(), StringComparison.Ordinal);
        Assert.Contains("COPY lightningops.purchases", own.Dump(), StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task A_wrong_key_is_a_typed_error_and_loses_nothing()
    {
        using (var store = Open())
        using (var client = new L402Client(Bench.Options, Bench.Payer, store, Bench.Handler))
        {
            (await client.SendAsync(PurchaseBench.Get())).Dispose();
        }

        var before = Everything();
        using (var store = Open(Convert.ToHexString(SecretBox.NewKey())))
        using (var client = new L402Client(Bench.Options, Bench.Payer, store, Bench.Handler))
        {
            foreach (var url in new[] { "https://shop.example.com/goods", "https://shop.example.com/other" })
            {
                var failure = await Assert.ThrowsAsync<CredentialKeyException>(() => client.SendAsync(PurchaseBench.Get(url)));
                Assert.Equal(("CredentialKeyError", "key_mismatch", "env:OA_LIGHTNING_KEY"), (failure.Tag, failure.Code, failure.Path));
                Assert.Contains("-CredentialKey", failure.Remedy, StringComparison.Ordinal);
            }

            Assert.Single(await store.DescribeAsync(new PurchaseQuery(), default));
        }

        Assert.Equal((before, 1), (Everything(), Bench.Ledger.Payments));
        using var right = Open();
        using var again = new L402Client(Bench.Options, Bench.Payer, right, Bench.Handler);
        using var response = await again.SendAsync(PurchaseBench.Get());
        Assert.Equal(L402CacheStatus.Hit, response.CacheStatus);
    }

    [PostgresFact]
    public async Task Of_two_keys_at_once_the_first_purchase_decides()
    {
        var failures = await Task.WhenAll(Enumerable.Range(0, 2).Select(number => Task.Run(async () =>
        {
            using var store = Open(Convert.ToHexString(SecretBox.NewKey()));
            using var client = new L402Client(Bench.Options, Bench.Payer, store, Bench.Handler);
            return await Record.ExceptionAsync(async () => (await client.SendAsync(PurchaseBench.Get("https://shop.example.com/" + number))).Dispose());
        })));

        Assert.Equal("key_mismatch", Assert.IsType<CredentialKeyException>(Assert.Single(failures, static failure => failure is not null)).Code);
        Assert.Equal(1, Bench.Ledger.Payments);
    }

    [PostgresTheory]
    [InlineData("")]
    [InlineData("hunter2")]
    [InlineData("00112233445566778899aabbccddeeff")]
    [InlineData("zz112233445566778899aabbccddeeff00112233445566778899aabbccddeeff")]
    public async Task What_is_no_key_is_refused_and_not_repeated(string text)
    {
        using var store = Open(text);
        using var client = new L402Client(Bench.Options, Bench.Payer, store, Bench.Handler);

        var failure = await Assert.ThrowsAsync<CredentialKeyException>(() => client.SendAsync(PurchaseBench.Get()));

        Assert.Equal(("key_unreadable", 0), (failure.Code, Bench.Ledger.Payments));
        Assert.True(text.Length == 0 || !failure.ToString().Contains(text, StringComparison.Ordinal));
    }

    [PostgresFact]
    public async Task A_key_in_base64_is_the_same_key()
    {
        using var one = Open();
        using var client = new L402Client(Bench.Options, Bench.Payer, one, Bench.Handler);
        (await client.SendAsync(PurchaseBench.Get())).Dispose();
        using var other = Open(Convert.ToBase64String(Convert.FromHexString(key)));
        using var second = new L402Client(Bench.Options, Bench.Payer, other, Bench.Handler);

        using var response = await second.SendAsync(PurchaseBench.Get());

        Assert.Equal(L402CacheStatus.Hit, response.CacheStatus);
    }

    [PostgresFact]
    public async Task A_secret_moved_to_another_row_does_not_open()
    {
        using (var one = Open())
        using (var client = new L402Client(Bench.Options, Bench.Payer, one, Bench.Handler))
        {
            (await client.SendAsync(PurchaseBench.Get("https://shop.example.com/a"))).Dispose();
            (await client.SendAsync(PurchaseBench.Get("https://shop.example.com/b"))).Dispose();
        }

        database.Execute("UPDATE lightningops.purchases SET secret = (SELECT secret FROM lightningops.purchases WHERE scope = '/a')");
        using var store = Open();
        using var later = new L402Client(Bench.Options, Bench.Payer, store, Bench.Handler);

        Assert.Equal("store_corrupt", (await Assert.ThrowsAsync<StoreException>(() => later.SendAsync(PurchaseBench.Get("https://shop.example.com/b")))).Code);
    }

    [OwnPostgresFact]
    public async Task A_server_that_is_killed_in_the_middle_makes_no_payment_twice_and_loses_none()
    {
        // Only a separate server can be killed.
        const int Buyers = 3;
        const int Each = 6;
        using var server = PostgresServer.Start("fsync=on");
        using var own = new PostgresDatabase(server, isMigrated: true);
        var urls = Enumerable.Range(0, Buyers * Each).Select(static number => "https://shop.example.com/" + number).ToArray();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var buying = Enumerable.Range(0, Buyers).Select(buyer => Task.Run(async () =>
        {
            using var store = OpenOwn();
            using var client = new L402Client(Bench.Options, Bench.Payer, store, Bench.Handler);
            foreach (var url in urls.Skip(buyer * Each).Take(Each))
            {
                await BuyAsync(client, url);
                begun.TrySetResult();
            }
        })).ToArray();
        await begun.Task;

        server.Kill();
        server.Launch();
        await Task.WhenAll(buying);

        // Unfinished purchases are looked up, as another machine does after the first one has ended.
        using var later = OpenOwn();
        using var again = new L402Client(Bench.Options, Bench.Payer, later, Bench.Handler);
        foreach (var url in urls)
        {
            using var response = await again.SendAsync(PurchaseBench.Get(url));
            Assert.Equal(200, response.StatusCode);
        }

        Assert.Equal(urls.Length, Bench.Ledger.Payments);
        Assert.Equal((Bench.Ledger.TotalPaid, 0), ((long)(await later.ReportSpendingAsync(new SpendLimits(), default)).DayMsats, (await later.ReportSpendingAsync(new SpendLimits(), default)).Unfinished));

        CredentialStore OpenOwn() => new(new TeamCredentialOptions { Database = own.Options(), Key = () => key, KeyName = "key", IsAlive = static _ => false });

        static async Task BuyAsync(L402Client client, string url)
        {
            try
            {
                (await client.SendAsync(PurchaseBench.Get(url))).Dispose();
            }
            catch (LightningOpsException)
            {
                // The store was gone; the outcome is checked later.
            }
        }
    }

    private protected override CredentialStore Open() => Open(key);

    private CredentialStore Open(string text) => new(new TeamCredentialOptions { Database = database.Options(), Key = () => text, KeyName = "env:OA_LIGHTNING_KEY", LookEvery = TimeSpan.Zero });

    // All rows as text, as pg_dump writes them. The counter of writes is no content.
    private string Everything() => (string)database.Scalar(
        """
        SET xmlbinary = hex;
        SELECT string_agg(query_to_xml('SELECT * FROM lightningops.' || tablename, true, false, '')::text, ' ' ORDER BY tablename)
        FROM pg_tables WHERE schemaname = 'lightningops' AND tablename NOT IN ('credential_revision', 'purchase_leases')
        """)!;
}
