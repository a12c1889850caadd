using System;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Postgres;
using LightningOps.Leases;
using LightningOps.Paywalls;
using LightningOps.Reconcile.Outbox;
using LightningOps.Storage;
using LightningOps.Storage.Postgres;
using LightningOps.Tests.Docs;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Storage.Postgres;

/// <summary>The grants of docs/reference/postgres.md#schema: what an operator and a reader can do, and what they cannot.</summary>
public sealed class PostgresRolesTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [PostgresFact]
    public async Task An_operator_does_all_that_commands_do_and_a_reader_only_reads()
    {
        if (PostgresServer.FindProgram("initdb") is null)
        {
            // Roles are of the whole server: one of its own.
            return;
        }

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

        using var reader = new PostgresControlPlane(Options("rd"));
        Assert.True((await reader.GetSecurityStateAsync(None)).Global.GlobalPause);
        Assert.Equal(100, (await reader.ListSettlementsAsync(new SettlementQuery(), None)).Count);
        Assert.Equal("store_readonly", (await Assert.ThrowsAsync<StoreException>(() => reader.SetGlobalPauseAsync(new GlobalPauseChange { Active = false }, None))).Code);
        using var schema = new PostgresStore(Options("op"));
        Assert.Empty(await PostgresSchema.FindMissingAsync(schema, None));

        PostgresStoreOptions Options(string role) => database.Options(connection: database.Connection.Replace("Username=postgres", "Username=" + role, StringComparison.Ordinal)) with { Password = () => role + "-secret" };
    }
}
