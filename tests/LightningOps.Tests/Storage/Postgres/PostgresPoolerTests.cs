using System;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Postgres;
using LightningOps.Leases;
using LightningOps.Paywalls;
using LightningOps.Storage.Postgres;
using LightningOps.Tests.Buyer;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Storage.Postgres;

/// <summary>Behind PgBouncer in transaction mode everything works, but a wait for changes, which says why not.</summary>
public sealed class PostgresPoolerTests(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [PoolerFact]
    public async Task All_that_commands_do_works_behind_a_pooler_in_transaction_mode()
    {
        database.Empty();
        using var pooler = PgBouncer.Start(database.Server);
        var options = Options(pooler);
        using var schema = new PostgresStore(options);
        Assert.Empty(await PostgresSchema.MigrateAsync(schema, None));

        // More sessions than the pooler has: transactions of one client are spread over several.
        await Task.WhenAll(Enumerable.Range(0, 12).Select(number => Task.Run(async () =>
        {
            using var plane = new PostgresControlPlane(options);
            await plane.IngestAsync(Enumerable.Range(number * 100, 200).Select(static one => SettlementEvent.From(new ExternalSettlement { SettlementId = "set_" + one, PaywallId = "pw", OwnerId = "o", InvoiceId = "inv_" + one, AmountMsats = 1, PaymentProofRef = "p" })).ToArray(), None);
            await plane.AppendJournalAsync(new JournalDraft { Kind = JournalKind.Import, Action = "a" + number.ToString(CultureInfo.InvariantCulture) }, None);
            await plane.RotateCredentialRoleAsync(new CredentialRoleChange { Role = CredentialRole.GatewayInvoice }, None);
        })));

        using var team = new PostgresControlPlane(options);
        await team.ImportPaywallsAsync([SamplePaywalls.Paywall("pw_1", SamplePaywalls.Route("r", "shop.example.com", "/a"))], PaywallImportMode.Replace, None);
        await team.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
        Assert.Equal(1300, (await team.ListSettlementsAsync(new SettlementQuery { First = int.MaxValue }, None)).Count);
        Assert.Equal(12, (await team.ReadJournalAsync(0, int.MaxValue, None)).Count);
        Assert.Equal(12, (await team.GetSecurityStateAsync(None)).CredentialRoles.Single().Version);
        Assert.Equal("pw_1", Assert.Single(await team.ListPaywallsAsync(None)).PaywallId);

        using var leases = new PostgresLeases(options);
        var lease = await Lease.AcquireAsync(leases, TimeProvider.System, new LeaseRequest("admin:https://a", "r"), None);
        Assert.True(await lease.ConfirmAsync());
        await lease.ReleaseAsync();

        using var bench = new PurchaseBench(inRealTime: true);
        var key = Convert.ToHexString(SecretBox.NewKey());
        using var store = new CredentialStore(new TeamCredentialOptions { Database = options, Key = () => key, KeyName = "key" });
        using var client = new L402Client(bench.Options, bench.Payer, store, bench.Handler);
        (await client.SendAsync(PurchaseBench.Get())).Dispose();
        using var again = await client.SendAsync(PurchaseBench.Get());
        Assert.Equal((L402CacheStatus.Hit, 1), (again.CacheStatus, bench.Ledger.Payments));
    }

    [PoolerFact]
    public async Task A_wait_for_changes_behind_it_is_refused_by_name()
    {
        using var pooler = PgBouncer.Start(database.Server);
        using var plane = new PostgresControlPlane(Options(pooler));

        var failure = await Assert.ThrowsAsync<ControlPlaneTransportException>(() => plane.WaitForChangeAsync(None));

        Assert.Contains("store_pooled", failure.Message, StringComparison.Ordinal);
        Assert.Contains("session mode", failure.Remedy, StringComparison.Ordinal);
    }

    private PostgresStoreOptions Options(PgBouncer pooler) =>
        database.Options(connection: database.Connection.Replace("Port=" + database.Server.Port.ToString(CultureInfo.InvariantCulture), "Port=" + pooler.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
}
