using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using CsCheck;
using LightningOps.Authoring;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Local;
using LightningOps.ControlPlane.Postgres;
using LightningOps.Paywalls;
using LightningOps.Storage;
using LightningOps.Storage.Copying;
using LightningOps.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Xunit;

namespace LightningOps.Tests.ControlPlane.Postgres;

/// <summary>What a team's store does beyond the contract.</summary>
public sealed class PostgresControlPlaneTests(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [PostgresTheory]
    [InlineData("UPDATE lightningops.invoices SET status = 'open'", "LO001")]
    [InlineData("UPDATE lightningops.invoices SET payment_hash = 'other'", "LO001")]
    [InlineData("UPDATE lightningops.settlements SET amount_msats = 1", "LO001")]
    [InlineData("INSERT INTO lightningops.settlements (settlement_id, paywall_id, owner_id, amount_msats, payment_proof_ref, created_at_ms) VALUES ('set_1', 'pw', 'o', 1, 'p', 1)", "23505")]
    [InlineData("INSERT INTO lightningops.settlements (settlement_id, paywall_id, owner_id, amount_msats, payment_proof_ref, created_at_ms, payment_hash) SELECT 'set_2', 'pw', 'o', 1, 'p', 1, payment_hash FROM lightningops.settlements", "23505")]
    public async Task The_rules_of_the_books_hold_whoever_writes(string statement, string code)
    {
        using var plane = new PostgresControlPlane(database.Empty().Options());
        await plane.IngestSettlementAsync(Report(1), None);

        Assert.Equal(code, Assert.Throws<PostgresException>(() => database.Execute(statement)).SqlState);
    }

    // A few that recur, and many of which most are new.
    [PostgresTheory]
    [InlineData(30)]
    [InlineData(600)]
    public async Task Batches_and_single_events_become_the_same_books_as_in_the_local_store(int numbers)
    {
        await Gen.Select(Gen.Int[0, numbers], Gen.Int[0, 5]).Array[1, 150].List[1, 4].SampleAsync(
            async batches =>
            {
                var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(1_000));
                using var local = new LocalControlPlane(new LocalStoreOptions { Path = ":memory:", Time = clock });
                using var team = new PostgresControlPlane(database.Empty().Options(clock));
                foreach (var batch in batches)
                {
                    var events = batch.Select(one => Event(one.Item1, one.Item2)).ToArray();
                    Assert.Equal((await local.IngestAsync(events, None)).Select(Describe), (await team.IngestAsync(events, None)).Select(Describe));
                    clock.Advance(TimeSpan.FromSeconds(1));
                }

                var (invoices, settlements) = (new InvoiceQuery { First = 5000 }, new SettlementQuery { First = 5000 });
                Assert.Equal((await local.ListInvoicesAsync(invoices, None)).OrderBy(static invoice => invoice.InvoiceId), (await team.ListInvoicesAsync(invoices, None)).OrderBy(static invoice => invoice.InvoiceId));
                Assert.Equal(await local.ListSettlementsAsync(settlements, None), await team.ListSettlementsAsync(settlements, None));
            },
            iter: 15,
            threads: 1);
    }

    [PostgresFact]
    public async Task The_paywalls_of_a_deployment_and_a_suspended_gateway_are_kept_and_copied()
    {
        using var plane = new PostgresControlPlane(database.Empty().Options());
        foreach (var id in new[] { "dep_1", "dep_2", "dep_1" })
        {
            await plane.KeepSnapshotAsync(new DeploymentSnapshot { DeploymentId = id, Gateway = "admin:https://a", ConfigHash = new ConfigHash("cfg_1"), Paywalls = Paywalls(3) }, None);
        }

        await plane.SuspendReconcileAsync("admin:https://a", "dep_1", "me", None);
        Assert.Equal(["pw_0", "pw_1", "pw_2"], (await plane.FindSnapshotAsync("dep_2", None))!.Paywalls.Select(static paywall => paywall.PaywallId));
        Assert.Equal(1L, database.Scalar("SELECT count(*) FROM lightningops.paywall_snapshots"));
        Assert.Null(await plane.FindSnapshotAsync("dep_3", None));
        Assert.Equal("me", (await plane.FindSuspensionAsync("admin:https://a", None))!.Who);

        using var folder = new TemporaryFolder();
        using (var team = StoreEnd.ForPostgres(database.Options()))
        using (var file = StoreEnd.ForFile(new LocalStoreOptions { Path = folder.File("back.db") }))
        {
            Assert.Equal(4, (await StoreCopy.RunAsync(team, file, null, None)).Records);
        }

        using var local = new LocalControlPlane(new LocalStoreOptions { Path = folder.File("back.db") });
        Assert.Equal(3, (await local.FindSnapshotAsync("dep_1", None))!.Paywalls.Count);
        Assert.True(await plane.ResumeReconcileAsync("admin:https://a", None));
        Assert.Null(await plane.FindSuspensionAsync("admin:https://a", None));
    }

    [PostgresFact]
    public async Task A_preview_tells_what_an_ingest_would_do_and_records_nothing()
    {
        using var plane = new PostgresControlPlane(database.Empty().Options());
        await plane.IngestSettlementAsync(Report(1), None);

        var told = await plane.CreatePreview().IngestAsync([SettlementEvent.From(Report(1)), SettlementEvent.From(Report(2)), SettlementEvent.From(Report(2))], None);

        Assert.Equal([true, false, true], told.Select(static outcome => outcome.Existed));
        Assert.Single(await plane.ListSettlementsAsync(new SettlementQuery(), None));
    }

    [PostgresFact]
    public async Task Every_term_of_a_sale_is_kept_by_an_import_and_by_a_change_of_another_member()
    {
        using var team = new PostgresControlPlane(database.Empty().Options());
        var given = Paywalls(1)[0].DeclaringAll();

        await team.ImportPaywallsAsync([given], PaywallImportMode.Replace, None);
        Assert.Equal(PaywallSnapshot.Write([given]), PaywallSnapshot.Write(await team.ListPaywallsAsync(None)));
        await new PaywallAuthor(team).ChangeAsync(given.PaywallId, new PaywallMembers { Description = "changed" }, null, isTrial: false, None);

        var changed = Assert.Single(await team.ListPaywallsAsync(None));
        Assert.Equal(PaywallSnapshot.Write([given]), PaywallSnapshot.Write([changed with { Description = given.Description, UpdatedAtMs = given.UpdatedAtMs, RequestId = given.RequestId }]));
    }

    [PostgresFact]
    public async Task Paywalls_are_imported_edited_and_listed_as_in_the_local_store()
    {
        using var local = new LocalControlPlane(new LocalStoreOptions { Path = ":memory:" });
        using var team = new PostgresControlPlane(database.Empty().Options());
        var all = Paywalls(5);
        foreach (var (snapshot, mode) in new (IReadOnlyList<Paywall>, PaywallImportMode)[]
        {
            (all.Take(3).ToArray(), PaywallImportMode.Replace),
            ([all[3] with { Name = "changed" }, all[1] with { Name = "changed" }], PaywallImportMode.Merge),
            ([all[2], all[0]], PaywallImportMode.Replace),
            (all, PaywallImportMode.Merge),
        })
        {
            Assert.Equal(await local.ImportPaywallsAsync(snapshot, mode, None), await team.ImportPaywallsAsync(snapshot, mode, None));
            Assert.Equal(await NamesAsync(local), await NamesAsync(team));
        }

        foreach (IPaywallEditor editor in new IPaywallEditor[] { local, team })
        {
            await editor.EditPaywallsAsync(static before => [before[0] with { Name = "edited" }, .. before.Skip(2), before[1] with { PaywallId = "new" }], None);
            await editor.ChangePaywallAsync(all[4].PaywallId, static paywall => paywall with { Status = PaywallStatus.Archived }, None);
        }

        Assert.Equal(await NamesAsync(local), await NamesAsync(team));
        Assert.Equal("duplicate_paywall", (await Assert.ThrowsAsync<StoreException>(() => team.ImportPaywallsAsync([all[0], all[0]], PaywallImportMode.Merge, None))).Code);

        static async Task<string[]> NamesAsync(IPaywallStore store) => (await store.ListAllPaywallsAsync(None)).Select(static paywall => paywall.PaywallId + " " + paywall.Name + " " + paywall.Status).ToArray();
    }

    [PostgresFact]
    public async Task A_switch_set_elsewhere_ends_the_wait_for_a_change_and_one_set_in_between_is_not_lost()
    {
        using var watching = new PostgresControlPlane(database.Empty().Options());
        using var other = new PostgresControlPlane(database.Options());
        var wait = watching.WaitForChangeAsync(None);
        while (!wait.IsCompleted)
        {
            // The waiting session may not listen yet: the first call only begins to.
            await other.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
            await Task.WhenAny(wait, Task.Delay(100));
        }

        await wait;
        await other.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = "owner", Active = true }, None);
        await watching.WaitForChangeAsync(None).WaitAsync(TimeSpan.FromMinutes(1));
        Assert.True((await watching.GetSecurityStateAsync(None)).OwnerControls.Single().KillSwitch);
    }

    [PostgresFact]
    public async Task A_wait_goes_on_after_its_session_was_ended()
    {
        using var watching = new PostgresControlPlane(database.Empty().Options());
        using var stop = new CancellationTokenSource();
        var wait = watching.WaitForChangeAsync(stop.Token);
        while (!wait.IsCompleted)
        {
            database.Execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
            await Task.WhenAny(wait, Task.Delay(100));
        }

        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await wait;
            throw new InvalidOperationException("It returned, as a change may have been missed.");
        });
        await watching.WaitForChangeAsync(None).WaitAsync(TimeSpan.FromMinutes(1));
    }

    [PostgresFact]
    public async Task No_secret_is_seen_in_the_activity_the_log_or_a_dump_of_the_server()
    {
        using var server = PostgresServer.Start("log_statement=all", "log_min_messages=debug1");
        using var own = new PostgresDatabase(server, isMigrated: true);
        using var plane = new PostgresControlPlane(own.Options());
        var preimage = string.Concat(Enumerable.Repeat("5ec2e7", 10)) + "abcd";
        await plane.IngestSettlementAsync(Report(1) with { PaymentHash = null, PaymentProofValue = preimage }, None);
        await plane.IngestAsync(Enumerable.Range(2, 100).Select(number => SettlementEvent.From(Report(number) with { PaymentHash = null, PaymentProofValue = preimage[..60] + number.ToString("x4", CultureInfo.InvariantCulture) })).ToArray(), None);

        // The first 24 digits are the reference of the proof; the rest is the secret.
        var secret = preimage.Substring(24, 36);
        var activity = own.Scalar("SELECT string_agg(query || application_name, ' ') FROM pg_stat_activity") as string;
        foreach (var place in new[] { activity!, server.ReadLog(), own.Dump() })
        {
            Assert.DoesNotContain(secret, place, StringComparison.Ordinal);
            Assert.DoesNotContain(server.Password, place, StringComparison.Ordinal);
        }

        Assert.Contains("INSERT INTO settlements", server.ReadLog(), StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task A_store_is_copied_whole_there_and_back_and_an_interrupted_copy_goes_on()
    {
        using var folder = new TemporaryFolder();
        using var source = new LocalControlPlane(new LocalStoreOptions { Path = folder.File("store.db") });
        await source.ImportPaywallsAsync(Paywalls(7), PaywallImportMode.Replace, None);
        await source.IngestAsync(Enumerable.Range(1, 12_000).Select(number => SettlementEvent.From(Report(number))).ToArray(), None);
        await source.SetGlobalPauseAsync(new GlobalPauseChange { Active = true, Reason = "für später ☕" }, None);
        await source.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = "owner", Active = true }, None);
        await source.RotateCredentialRoleAsync(new CredentialRoleChange { Role = CredentialRole.GatewayInvoice, Fingerprint = "fp" }, None);
        await source.RecordDeploymentAsync(new DeploymentIntent { DeploymentId = "dep_1", ConfigHash = new ConfigHash("cfg_1"), Status = DeploymentStatus.Applied, Diagnostics = [] }, None);
        await source.RecordEventAsync(new GatewayEventDraft { PaywallId = "pw", OwnerId = "o", EventType = "e", Level = EventLevel.Warn, Metadata = JsonText.From("{}") }, None);
        await source.AppendJournalAsync(new JournalDraft { Kind = JournalKind.Import, Action = "imported", ProcessId = 7 }, None);

        database.Empty();
        using var file = StoreEnd.ForFile(new LocalStoreOptions { Path = folder.File("store.db"), Access = StoreAccess.ReadExisting });
        using var team = StoreEnd.ForPostgres(database.Options());
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => StoreCopy.RunAsync(file, team, done => Stop(done, stop), stop.Token));

        var up = await StoreCopy.RunAsync(file, team, null, None);
        Assert.True(up.Copied > 0 && up.Copied < up.Records, up.Copied + " of " + up.Records);
        Assert.Equal(0, (await StoreCopy.RunAsync(file, team, null, None)).Copied);

        using var back = StoreEnd.ForFile(new LocalStoreOptions { Path = folder.File("back.db") });
        var down = await StoreCopy.RunAsync(team, back, null, None);
        Assert.Equal(up.Tables.Select(static table => (table.Name, table.Records, table.Hash)), down.Tables.Select(static table => (table.Name, table.Records, table.Hash)));
        Assert.Equal(24_000 + 7 + 6, down.Records);

        using var plane = new PostgresControlPlane(database.Options());
        Assert.Equal("für später ☕", (await plane.GetSecurityStateAsync(None)).Global.DenyReason);
        await plane.IngestSettlementAsync(Report(20_000), None);
        await plane.AppendJournalAsync(new JournalDraft { Kind = JournalKind.Import, Action = "goes on" }, None);
        Assert.Equal("store_not_empty", (await Assert.ThrowsAsync<StoreException>(() => StoreCopy.RunAsync(file, team, null, None))).Code);

        static void Stop(CopiedTable done, CancellationTokenSource stop)
        {
            if (done.Name == "invoices")
            {
                stop.Cancel();
            }
        }
    }

    private static Paywall[] Paywalls(int count) => Enumerable.Range(0, count).Select(static number => SamplePaywalls.Paywall(FormattableString.Invariant($"pw_{number}"), SamplePaywalls.Route("r" + number, "shop.example.com", "/p" + number))).ToArray();

    private static SettlementWithProof Report(int number)
    {
        var preimage = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(number)));
        return new()
        {
            SettlementId = FormattableString.Invariant($"set_{number}"),
            PaywallId = "pw",
            OwnerId = "owner",
            InvoiceId = FormattableString.Invariant($"inv_{number}"),
            AmountMsats = 1000 + number,
            PaymentHash = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Convert.FromHexString(preimage))),
            PaymentProofValue = preimage,
        };
    }

    private static SettlementEvent Event(int number, int kind) => kind switch
    {
        0 or 1 => SettlementEvent.From(Report(number)),
        2 => SettlementEvent.From(Report(number) with { SettlementId = FormattableString.Invariant($"other_{number}"), InvoiceId = FormattableString.Invariant($"inv_{number + 1}") }),
        3 => SettlementEvent.From(Report(number) with { PaymentHash = null, InvoiceId = null }),
        5 => SettlementEvent.From(new ExternalSettlement { SettlementId = FormattableString.Invariant($"hosted_{number}"), PaywallId = "pw", OwnerId = "owner", AmountMsats = number, PaymentProofRef = "lightning_preimage:" + Report(number).PaymentProofValue[..24], SettledAtMs = 7 }),
        _ => SettlementEvent.From(new InvoiceUpdate { InvoiceId = FormattableString.Invariant($"inv_{number}"), PaywallId = "pw", OwnerId = "owner", AmountMsats = number, Status = (InvoiceStatus)(number % 4), SettledAtMs = number % 4 == 3 ? 5 : null }),
    };

    private static string Describe(IngestOutcome outcome) =>
        FormattableString.Invariant($"{outcome.Event} {outcome.Settlement} {outcome.Invoice} {outcome.InvoiceChanged} {outcome.Existed} {outcome.Conflict}");
}
