using System;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Postgres;
using LightningOps.Gateway.Registry;
using LightningOps.Leases;
using LightningOps.Paywalls;
using LightningOps.Reconcile.Outbox;
using LightningOps.Storage;
using LightningOps.Storage.Postgres;
using LightningOps.Tests.Buyer;
using LightningOps.Tests.Docs;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Storage.Postgres;

/// <summary>The grants of docs/reference/postgres.md#schema: what an operator and a reader can do, and what they cannot.</summary>
public sealed class PostgresRolesTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [OwnPostgresFact]
    public async Task An_operator_does_all_that_commands_do_and_a_reader_only_reads()
    {
        // Roles are of the whole server: one of its own.
        using var server = PostgresServer.Start("fsync=off");
        using var database = new PostgresDatabase(server, isMigrated: true);
        database.Execute(Regex.Match(Repository.Read("docs/reference/postgres.md"), "```sql\n(.*?)```", RegexOptions.Singleline).Groups[1].Value);
        database.Execute("CREATE ROLE op LOGIN PASSWORD 'op-secret' IN ROLE lightning_operator; CREATE ROLE rd LOGIN PASSWORD 'rd-secret' IN ROLE lightning_reader");

        var options = Options("op");
        using var plane = new PostgresControlPlane(options);
        await plane.ImportPaywallsAsync([SamplePaywalls.Paywall("pw_1", SamplePaywalls.Route("r", "shop.example.com", "/a"))], PaywallImportMode.Replace, None);
        await plane.ImportPaywallsAsync([], PaywallImportMode.Replace, None);
        await plane.IngestAsync(Enumerable.Range(0, 100).Select(number => SettlementEvent.From(new ExternalSettlement { SettlementId = "set_" + number, PaywallId = "pw", OwnerId = "o", InvoiceId = "inv_" + number, AmountMsats = 1, PaymentProofRef = "p" })).ToArray(), None);
        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
        await plane.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = "o", Active = true }, None);
        await plane.RotateCredentialRoleAsync(new CredentialRoleChange { Role = CredentialRole.GatewayInvoice }, None);
        await plane.AppendJournalAsync(new JournalDraft { Kind = JournalKind.Import, Action = "a" }, None);
        using (var leases = new PostgresLeases(options))
        {
            var lease = await Lease.AcquireAsync(leases, TimeProvider.System, new LeaseRequest("admin:https://a", "r"), None);
            using (LeaseScope.Enter(lease.Holder))
            {
                await plane.RecordDeploymentAsync(new DeploymentIntent { ConfigHash = new ConfigHash("cfg_1"), Status = DeploymentStatus.Applied, Diagnostics = [] }, None);
                await plane.RecordEventAsync(new GatewayEventDraft { PaywallId = "pw", OwnerId = "o", EventType = "e", Level = EventLevel.Info }, None);
            }

            await lease.ReleaseAsync();
        }

        using (var outbox = new PostgresOutbox(options, "api:https://a"))
        {
            await outbox.AddAsync(new OutboxEntry { Event = new GatewayEventDraft { PaywallId = "pw", OwnerId = "o", EventType = "e", Level = EventLevel.Info } }, None);
            await outbox.RemoveAsync((await outbox.DequeueAsync(0, "g", None))!, None);
        }

        using var folder = new TemporaryFolder();
        var machine = new GatewayRegistry(folder.File("op.json"), null, options);
        await machine.ChangeAsync("lab", static _ => new RegisteredGateway { Name = "lab", Kind = "memory" }, None);
        await machine.ChangeAsync("gone", static _ => new RegisteredGateway { Name = "gone", Kind = "memory" }, None);
        await machine.ChangeAsync("gone", static _ => null, None);
        using var bench = new PurchaseBench(inRealTime: true);
        var key = Convert.ToHexString(SecretBox.NewKey());
        await BuyAsync(options);

        // A reader sees what the team has, adds this machine's own part, and neither changes a gateway nor buys.
        var looking = new GatewayRegistry(folder.File("rd.json"), null, Options("rd"));
        Assert.Equal("lab", Assert.Single(looking.List()).Name);
        await looking.ChangeAsync("lab", static shared => shared! with { StopCommand = ["/bin/true"] }, None);
        Assert.Equal("store_readonly", (await Assert.ThrowsAsync<StoreException>(() => looking.ChangeAsync("lab", static shared => shared! with { Network = "mainnet" }, None))).Code);
        Assert.Equal("store_readonly", (await Assert.ThrowsAsync<StoreException>(() => looking.ChangeAsync("lab", static _ => null, None))).Code);
        Assert.Equal("store_readonly", (await Assert.ThrowsAsync<StoreException>(() => BuyAsync(Options("rd"), "https://shop.example.com/other"))).Code);
        Assert.Equal(1, bench.Ledger.Payments);

        using var reader = new PostgresControlPlane(Options("rd"));
        Assert.True((await reader.GetSecurityStateAsync(None)).Global.GlobalPause);
        Assert.Equal(100, (await reader.ListSettlementsAsync(new SettlementQuery(), None)).Count);
        Assert.Equal("store_readonly", (await Assert.ThrowsAsync<StoreException>(() => reader.SetGlobalPauseAsync(new GlobalPauseChange { Active = false }, None))).Code);
        using var schema = new PostgresStore(Options("op"));
        Assert.Empty(await PostgresSchema.FindMissingAsync(schema, None));

        async Task BuyAsync(PostgresStoreOptions database, string url = "https://shop.example.com/goods")
        {
            using var store = new CredentialStore(new TeamCredentialOptions { Database = database, Key = () => key, KeyName = "key" });
            using var client = new L402Client(bench.Options, bench.Payer, store, bench.Handler);
            (await client.SendAsync(PurchaseBench.Get(url))).Dispose();
        }

        PostgresStoreOptions Options(string role) => database.Options(connection: database.Connection.Replace("Username=postgres", "Username=" + role, StringComparison.Ordinal)) with { Password = () => role + "-secret" };
    }
}
