using System;
using System.IO;
using System.Linq;
using System.Runtime.Versioning;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Local;
using LightningOps.Payments;
using LightningOps.Storage;
using LightningOps.Tests.ControlPlane.Local;
using LightningOps.Tests.Support;
using Microsoft.Data.Sqlite;
using Xunit;

namespace LightningOps.Tests.Buyer.Credentials;

/// <summary>What the store keeps, how, and what it says when its key is gone.</summary>
public sealed class CredentialStoreTests : IDisposable
{
    private readonly PurchaseBench bench = new();

    private string KeyPath => bench.StorePath + ".key";

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task What_is_bought_anew_takes_the_place_of_what_was_bought_before()
    {
        await bench.SendAsync();
        await bench.SendAsync(PurchaseBench.Get() with { ForceRefresh = true });

        Assert.Equal([PurchaseState.Paid, PurchaseState.Invalid], (await bench.Store.ListAsync(new PurchaseQuery(), default)).Select(purchase => purchase.State));
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public async Task Store_and_key_are_their_users_alone()
    {
        await bench.SendAsync();

        foreach (var file in new[] { bench.StorePath, KeyPath })
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task No_invoice_token_or_preimage_stands_in_a_file_in_clear()
    {
        await bench.SendAsync();
        var sent = bench.Seller.Authorizations.Single()["L402 ".Length..].Split(':');
        var invoice = bench.Payer.Last!.Invoice;
        bench.Store.Dispose();

        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(bench.StorePath)!))
        {
            var bytes = await File.ReadAllBytesAsync(file);
            foreach (var secret in new[] { sent[0], sent[1], invoice })
            {
                Assert.True(bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(secret)) < 0, Path.GetFileName(file));
            }

            Assert.True(bytes.AsSpan().IndexOf(Convert.FromHexString(sent[1])) < 0, Path.GetFileName(file));
        }
    }

    [Fact]
    public async Task A_lost_key_is_not_replaced_by_a_new_one()
    {
        await bench.SendAsync();
        File.Delete(KeyPath);
        bench.Restart();
        var error = await Assert.ThrowsAsync<CredentialKeyException>(() => bench.SendAsync());

        Assert.Equal(("CredentialKeyError", "key_missing", KeyPath), (error.Tag, error.Code, error.Path));
        Assert.False(File.Exists(KeyPath));
        Assert.Equal(1, bench.Ledger.Payments);
    }

    [Fact]
    public async Task The_key_of_another_store_is_found_out()
    {
        await bench.SendAsync();
        await File.WriteAllBytesAsync(KeyPath, new byte[32]);
        bench.Restart();

        Assert.Equal("key_mismatch", (await Assert.ThrowsAsync<CredentialKeyException>(() => bench.SendAsync())).Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(64)]
    public async Task A_key_file_of_another_size_is_no_key(int size)
    {
        await File.WriteAllBytesAsync(KeyPath, new byte[size]);

        Assert.Equal("key_unreadable", (await Assert.ThrowsAsync<CredentialKeyException>(() => bench.SendAsync())).Code);
    }

    [Fact]
    public async Task A_secret_moved_to_another_row_does_not_open()
    {
        await bench.SendAsync(PurchaseBench.Get("https://shop.example.com/a"));
        await bench.SendAsync(PurchaseBench.Get("https://shop.example.com/b"));
        bench.Store.Dispose();
        LocalControlPlaneTests.Execute(bench.StorePath, "UPDATE purchases SET secret = (SELECT secret FROM purchases WHERE scope = '/a')");
        bench.Restart();

        Assert.Equal("store_corrupt", (await Assert.ThrowsAsync<StoreException>(() => bench.SendAsync(PurchaseBench.Get("https://shop.example.com/b")))).Code);
    }

    [Fact]
    public async Task The_control_planes_store_is_not_taken_for_it()
    {
        using (var plane = new LocalControlPlane(new LocalStoreOptions { Path = bench.StorePath }))
        {
            await plane.ImportPaywallsAsync([SamplePaywalls.Paywall("p", SamplePaywalls.Route("r", "shop.example.com", "/a"))], PaywallImportMode.Replace, default);
        }

        var error = await Assert.ThrowsAsync<StoreException>(() => bench.SendAsync());
        Assert.Equal("store_path_invalid", error.Code);
        Assert.Contains("OA_LIGHTNING_OPS_CREDENTIAL_STORE", error.Remedy);
    }

    [Fact]
    public async Task A_credential_that_another_process_removes_is_not_used_any_more()
    {
        await bench.SendAsync();
        using (var other = new CredentialStore(new CredentialStoreOptions { Path = bench.StorePath, Time = bench.Time }))
        {
            await other.RemoveAsync((await other.ListAsync(new(), default)).Single().PurchaseId, force: false, default);
        }

        var (later, _) = await bench.SendAsync();
        Assert.Equal((L402CacheStatus.Miss, 2), (later.CacheStatus, bench.Ledger.Payments));
    }

    [Fact]
    public async Task What_is_written_here_counts_at_once_and_what_others_write_at_the_next_look()
    {
        using var here = new CredentialStore(new CredentialStoreOptions { Path = bench.StorePath, Time = bench.Time, LookEvery = TimeSpan.FromHours(1) });
        using var client = new L402Client(bench.Options, bench.Payer, here, bench.Handler, bench.Time);
        async Task<L402CacheStatus> BuyAsync()
        {
            using var response = await client.SendAsync(PurchaseBench.Get());
            return response.CacheStatus;
        }

        async Task RemoveAsync(CredentialStore store) => await store.RemoveAsync((await store.ListAsync(new(), default))[0].PurchaseId, force: false, default);

        Assert.Equal([L402CacheStatus.Miss, L402CacheStatus.Hit], [await BuyAsync(), await BuyAsync()]);
        await RemoveAsync(here);
        Assert.Equal([L402CacheStatus.Miss, L402CacheStatus.Hit], [await BuyAsync(), await BuyAsync()]);
        await RemoveAsync(bench.Store);
        Assert.Equal(L402CacheStatus.Hit, await BuyAsync());
    }

    [Fact]
    public async Task What_is_not_finished_is_removed_by_force_only()
    {
        bench.Payer.OnPay = bench.Payer.OnLookUp = (_, _) => Task.FromResult(PaymentResult.Pending("payment_pending", "in flight"));
        await Assert.ThrowsAsync<L402PaymentPendingException>(() => bench.SendAsync());
        var id = (await bench.Store.ListAsync(new(), default)).Single().PurchaseId;

        Assert.False(await bench.Store.RemoveAsync(id, force: false, default));
        Assert.True(await bench.Store.RemoveAsync(id, force: true, default));
        bench.Payer.OnPay = null;
        await bench.SendAsync();
        Assert.Equal([PurchaseState.Paid, PurchaseState.Removed], (await bench.Store.ListAsync(new(), default)).Select(purchase => purchase.State));
        Assert.Equal(10_000, (await bench.Store.ReportSpendingAsync(new SpendLimits(), default)).DayMsats);
    }

    [Fact]
    public async Task A_store_from_before_fees_were_recorded_is_taken_over()
    {
        await bench.SendAsync();
        bench.Store.Dispose();
        using (var connection = new SqliteConnection("Data Source=" + bench.StorePath + ";Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = """
                DROP INDEX purchases_of_service;
                DROP TABLE opened_paths;
                ALTER TABLE purchases DROP COLUMN sent_at_ms;
                ALTER TABLE purchases DROP COLUMN was_seen;
                ALTER TABLE purchases DROP COLUMN node;
                ALTER TABLE purchases DROP COLUMN earlier_payment_id;
                ALTER TABLE purchases DROP COLUMN service;
                ALTER TABLE purchases DROP COLUMN fee_limit_msats;
                ALTER TABLE purchases DROP COLUMN fee_msats;
                PRAGMA user_version = 1
                """;
            command.ExecuteNonQuery();
        }

        bench.Restart();
        await bench.SendAsync();

        var purchase = (await bench.Store.ListAsync(new(), default)).Single();
        Assert.Equal((5000L, 5000L, 0L, null, 1), (purchase.Reserved, purchase.Spent!.Value, purchase.FeeLimit, purchase.Fee, bench.Ledger.Payments));
    }

    [Fact]
    public async Task Spending_is_told_by_host()
    {
        await bench.SendAsync(PurchaseBench.Get("https://a.example.com/1"));
        bench.Time.Advance(TimeSpan.FromHours(2));
        await bench.SendAsync(PurchaseBench.Get("https://a.example.com/2"));
        await bench.SendAsync(PurchaseBench.Get("https://b.example.com/1"));
        var report = await bench.Store.ReportSpendingAsync(new SpendLimits(), default);

        Assert.Equal((10_000m, 15_000m, 0), (report.HourMsats, report.DayMsats, report.Unfinished));
        Assert.Equal([new HostSpending("a.example.com", 5000, 10_000, 2), new HostSpending("b.example.com", 5000, 5000, 1)], report.Hosts);
    }

    [Fact]
    public async Task Processes_that_make_a_key_at_once_end_with_one()
    {
        for (var round = 0; round < 20; round++)
        {
            var path = bench.StorePath + round + ".key";
            var keys = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Convert.ToHexString(new KeyFile(path).LoadOrCreate()))));

            Assert.Single(keys.Distinct());
        }

        Assert.DoesNotContain(Directory.GetFiles(Path.GetDirectoryName(bench.StorePath)!), file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_store_in_memory_behaves_like_a_file()
    {
        using var store = CredentialStore.InMemory(bench.Time);
        using var buying = new L402Client(bench.Options, bench.Payer, store, bench.Handler, bench.Time);
        (await buying.SendAsync(PurchaseBench.Get())).Dispose();
        using var later = await buying.SendAsync(PurchaseBench.Get());

        Assert.Equal((L402CacheStatus.Hit, 1), (later.CacheStatus, bench.Ledger.Payments));
        Assert.False(File.Exists(bench.StorePath));
    }
}
