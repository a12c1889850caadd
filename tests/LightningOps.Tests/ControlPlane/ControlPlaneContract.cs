using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Paywalls;
using LightningOps.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace LightningOps.Tests.ControlPlane;

/// <summary>What every control plane keeps to (docs/reference/control-plane.md#store-rules); each backend runs it.</summary>
public abstract class ControlPlaneContract : IAsyncLifetime
{
    private const string Preimage = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private static readonly CancellationToken None = CancellationToken.None;
    private IControlPlane plane = null!;

    protected FakeTimeProvider Clock { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(1_000));

    public async Task InitializeAsync() => plane = await OpenAsync();

    public async Task DisposeAsync()
    {
        plane.Dispose();
        await CloseAsync();
    }

    [ContractFact]
    public async Task A_deployment_without_id_gets_one_of_its_own()
    {
        var first = await plane.RecordDeploymentAsync(Intent(null, DeploymentStatus.Pending), None);
        var second = await plane.RecordDeploymentAsync(Intent(null, DeploymentStatus.Pending), None);

        Assert.StartsWith("dep_", first.DeploymentId, StringComparison.Ordinal);
        Assert.NotEqual(first.DeploymentId, second.DeploymentId);
        Assert.Equal((1_000, 1_000), (first.CreatedAtMs, first.UpdatedAtMs));
        Assert.Equal("[]", first.Diagnostics!.Value);
    }

    [ContractFact]
    public async Task A_known_deployment_takes_its_next_state_and_keeps_its_creation_time()
    {
        await plane.RecordDeploymentAsync(Intent("dep_1", DeploymentStatus.Pending), None);
        Clock.Advance(TimeSpan.FromSeconds(1));
        var applied = await plane.RecordDeploymentAsync(
            Intent("dep_1", DeploymentStatus.Applied) with
            {
                ImageDigest = "sha256:new",
                AppliedAtMs = 1_900,
                RequestId = "req",
                RolledBackFrom = "cfg_0",
                PaywallId = "pw",
                OwnerId = "owner",
                Metadata = JsonText.From("{\"a\":1}"),
                Diagnostics = [new Diagnostic { Code = "duplicate_route", Severity = DiagnosticSeverity.Error, Message = "twice" }],
            },
            None);

        Assert.Equal((1_000, 2_000), (applied.CreatedAtMs, applied.UpdatedAtMs));
        Assert.Equal((DeploymentStatus.Applied, "sha256:new", 1_900), (applied.Status, applied.ImageDigest, applied.AppliedAtMs));
        Assert.Equal(("req", "cfg_0", "pw", "owner"), (applied.RequestId, applied.RolledBackFrom, applied.PaywallId, applied.OwnerId));
        Assert.Equal("{\"a\":1}", applied.Metadata!.Value);
        Assert.Equal("[{\"code\":\"duplicate_route\",\"severity\":\"error\",\"message\":\"twice\"}]", applied.Diagnostics!.Value);
    }

    [ContractFact]
    public async Task An_event_is_recorded_with_all_it_says()
    {
        var recorded = await plane.RecordEventAsync(
            new GatewayEventDraft
            {
                PaywallId = "pw",
                OwnerId = "owner",
                EventType = "gateway_reconcile_rolled_back",
                Level = EventLevel.Warn,
                RequestId = "req",
                DeploymentId = "dep_1",
                ConfigHash = new ConfigHash("cfg_1"),
                Metadata = JsonText.From("{\"details\":{}}"),
            },
            None);

        Assert.StartsWith("evt_", recorded.EventId, StringComparison.Ordinal);
        Assert.Equal(("pw", "owner", "gateway_reconcile_rolled_back", EventLevel.Warn), (recorded.PaywallId, recorded.OwnerId, recorded.EventType, recorded.Level));
        Assert.Equal(("req", "dep_1", "cfg_1", 1_000), (recorded.RequestId, recorded.DeploymentId, recorded.ConfigHash, recorded.CreatedAtMs));
        Assert.Equal("{\"details\":{}}", recorded.Metadata!.Value);
    }

    [ContractFact]
    public async Task An_invoice_only_moves_up_and_keeps_first_values()
    {
        var opened = await plane.IngestInvoiceAsync(Update(InvoiceStatus.Open) with { PaymentHash = "hash", RequestId = "req_1" }, None);
        Clock.Advance(TimeSpan.FromSeconds(1));
        var settled = await plane.IngestInvoiceAsync(Update(InvoiceStatus.Settled) with { PaymentHash = "other", PaymentRequest = "lnbc1" }, None);
        Clock.Advance(TimeSpan.FromSeconds(1));
        var reordered = await plane.IngestInvoiceAsync(Update(InvoiceStatus.Open) with { RequestId = "req_2", AmountMsats = 1 }, None);

        Assert.True(opened.Changed && settled.Changed);
        Assert.Null(opened.Invoice.SettledAtMs);
        Assert.Equal((InvoiceStatus.Settled, "hash", "lnbc1", "req_1"), (settled.Invoice.Status, settled.Invoice.PaymentHash, settled.Invoice.PaymentRequest, settled.Invoice.RequestId));
        Assert.Equal((1_000, 2_000, 2_000), (settled.Invoice.CreatedAtMs, settled.Invoice.UpdatedAtMs, settled.Invoice.SettledAtMs));
        Assert.False(reordered.Changed);
        Assert.Equal(settled.Invoice, reordered.Invoice);
    }

    [ContractTheory]
    [InlineData(InvoiceStatus.Canceled, InvoiceStatus.Expired)]
    [InlineData(InvoiceStatus.Expired, InvoiceStatus.Canceled)]
    public async Task Canceled_stands_above_expired_whichever_is_heard_of_first(InvoiceStatus first, InvoiceStatus second)
    {
        await plane.IngestInvoiceAsync(Update(first), None);

        Assert.Equal(InvoiceStatus.Canceled, (await plane.IngestInvoiceAsync(Update(second), None)).Invoice.Status);
        Assert.Equal(InvoiceStatus.Settled, (await plane.IngestInvoiceAsync(Update(InvoiceStatus.Settled) with { SettledAtMs = 77 }, None)).Invoice.Status);
        Assert.Equal(77, (await plane.IngestInvoiceAsync(Update(InvoiceStatus.Settled) with { SettledAtMs = 99 }, None)).Invoice.SettledAtMs);
    }

    [ContractFact]
    public async Task A_settlement_is_recorded_once_and_settles_its_invoice()
    {
        await plane.IngestInvoiceAsync(Update(InvoiceStatus.Open) with { RequestId = "req_1" }, None);
        var first = await plane.IngestSettlementAsync(Report("set_1") with { Metadata = JsonText.From("{\"n\":1}") }, None);
        Clock.Advance(TimeSpan.FromSeconds(1));
        var again = await plane.IngestSettlementAsync(Report("set_1") with { AmountMsats = 9, Metadata = JsonText.From("{\"n\":2}") }, None);

        Assert.Equal((false, true), (first.Existed, again.Existed));
        Assert.Equal(first.Settlement, again.Settlement);
        Assert.Equal("lightning_preimage:aaaaaaaaaaaaaaaaaaaaaaaa", first.Settlement.PaymentProofRef);
        Assert.Equal((InvoiceStatus.Settled, "req_1", first.Settlement.PaymentProofRef), (first.Invoice!.Status, first.Invoice.RequestId, first.Invoice.PaymentProofRef));
        Assert.Equal(first.Invoice, again.Invoice);
    }

    [ContractFact]
    public async Task A_settlement_that_overtakes_its_invoice_is_not_undone_by_it()
    {
        await plane.IngestSettlementAsync(Report("set_1"), None);
        var late = await plane.IngestInvoiceAsync(Update(InvoiceStatus.Open) with { PaymentRequest = "lnbc1" }, None);

        Assert.Equal((InvoiceStatus.Settled, "lnbc1"), (late.Invoice.Status, late.Invoice.PaymentRequest));
    }

    [ContractFact]
    public async Task A_settlement_without_invoice_has_none()
    {
        var ingest = await plane.IngestSettlementAsync(Report("set_2") with { InvoiceId = null }, None);

        Assert.Null(ingest.Invoice);
    }

    [ContractTheory]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("xyz")]
    [InlineData("  ")]
    [InlineData("abcdef")]
    [InlineData("ababababababababababababababab")]
    [InlineData("abcabcabcabcabcabcabcabcabcabcabc")]
    [InlineData("36363636363636363636363636363636363636363636363636363636363636363636363636363636")]
    public async Task A_preimage_that_is_not_64_lower_case_hexadecimal_digits_is_refused_and_not_repeated(string preimage)
    {
        var error = await Assert.ThrowsAsync<InvalidPreimageException>(() => plane.IngestSettlementAsync(Report("set_3") with { PaymentProofValue = preimage }, None));

        Assert.Equal("set_3", error.SettlementId);
        Assert.False(preimage.Trim().Length > 0 && error.ToString().Contains(preimage, StringComparison.Ordinal));
    }

    [ContractTheory]
    [InlineData(Preimage)]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000001")]
    public async Task A_preimage_that_does_not_hash_to_the_payment_hash_is_refused(string preimage)
    {
        var error = await Assert.ThrowsAsync<InvalidPreimageException>(() => plane.IngestSettlementAsync(
            Report("set_5") with { PaymentHash = new string('0', 64), PaymentProofValue = preimage }, None));

        Assert.Equal(("preimage_mismatch", "set_5"), (error.Tag, error.SettlementId));
        Assert.DoesNotContain(preimage, error.ToString(), StringComparison.Ordinal);
    }

    [ContractFact]
    public async Task A_preimage_that_hashes_to_the_payment_hash_proves_it_in_either_case()
    {
        var hash = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Convert.FromHexString(Preimage)));

        Assert.False((await plane.IngestSettlementAsync(Report("set_6") with { PaymentHash = hash }, None)).Existed);
    }

    [ContractFact]
    public async Task White_space_around_a_preimage_is_no_part_of_it() =>
        Assert.Equal("lightning_preimage:aaaaaaaaaaaaaaaaaaaaaaaa", (await plane.IngestSettlementAsync(Report("set_4") with { PaymentProofValue = " " + Preimage + "\n" }, None)).Settlement.PaymentProofRef);

    [ContractFact]
    public async Task Pause_comes_before_the_kill_switch_and_both_can_be_lifted()
    {
        var killed = await plane.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = "owner_1", Active = true, UpdatedBy = "me" }, None);
        var paused = await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true, Reason = "incident" }, None);
        var underBoth = await plane.GetSecurityStateAsync(None);
        var resumed = await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = false, Reason = "over" }, None);
        var underOne = await plane.GetSecurityStateAsync(None);
        var released = await plane.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = "owner_1", Active = false }, None);

        Assert.Equal(("owner_kill_switch_active", "Owner kill switch is active", "me"), (killed.DenyReasonCode, killed.DenyReason, killed.UpdatedBy));
        Assert.Equal(("global_pause_active", "incident"), (paused.DenyReasonCode, paused.DenyReason));
        Assert.Equal("global_pause_active", OwnerGate.Evaluate(underBoth, "owner_1").DenyReasonCode);
        Assert.Equal((null, null), (resumed.DenyReasonCode, resumed.DenyReason));
        Assert.Equal("owner_kill_switch_active", OwnerGate.Evaluate(underOne, "owner_1").DenyReasonCode);
        Assert.True(OwnerGate.Evaluate(underOne, "owner_2").Allowed);
        Assert.Equal((false, null, null), (released.KillSwitch, released.DenyReasonCode, released.DenyReason));
        Assert.True(OwnerGate.Evaluate(await plane.GetSecurityStateAsync(None), "owner_1").Allowed);
    }

    [ContractFact]
    public async Task A_pause_without_reason_gets_the_general_one() =>
        Assert.Equal("Global paywall pause is active", (await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None)).DenyReason);

    [ContractFact]
    public async Task Nothing_is_paused_before_anyone_paused_it()
    {
        var state = await plane.GetSecurityStateAsync(None);

        Assert.False(state.Global.GlobalPause);
        Assert.Empty(state.OwnerControls);
        Assert.Empty(state.CredentialRoles);
    }

    [ContractFact]
    public async Task A_credential_role_is_rotated_revoked_and_activated_as_the_recorded_smoke_has_it()
    {
        var rotated = await plane.RotateCredentialRoleAsync(Change("fp_1"), None);
        var revoked = await plane.RevokeCredentialRoleAsync(Change("ignored"), None);
        var activated = await plane.ActivateCredentialRoleAsync(Change("fp_2"), None);

        Assert.Equal(("rotating", 1L, "fp_1", 1_000L), (rotated.Status, rotated.Version, rotated.Fingerprint, rotated.LastRotatedAtMs!.Value));
        Assert.Equal(("revoked", 1L, null, 1_000L), (revoked.Status, revoked.Version, revoked.Fingerprint, revoked.RevokedAtMs!.Value));
        Assert.Equal(("active", 2L, "fp_2", null), (activated.Status, activated.Version, activated.Fingerprint, activated.RevokedAtMs));
        Assert.Equal(activated, Assert.Single((await plane.GetSecurityStateAsync(None)).CredentialRoles));
    }

    [ContractFact]
    public async Task An_activation_ends_a_rotation_at_its_version()
    {
        await plane.ActivateCredentialRoleAsync(Change("fp_1"), None);
        await plane.RotateCredentialRoleAsync(Change("fp_2"), None);
        var activated = await plane.ActivateCredentialRoleAsync(Change(null), None);

        Assert.Equal((2L, "fp_2"), (activated.Version, activated.Fingerprint));
    }

    [ContractFact]
    public async Task A_role_revoked_before_it_was_used_has_version_one() =>
        Assert.Equal(1, (await plane.RevokeCredentialRoleAsync(Change(null), None)).Version);

    /// <summary>A control plane with nothing recorded yet, on <see cref="Clock"/>.</summary>
    protected abstract Task<IControlPlane> OpenAsync();

    protected virtual Task CloseAsync() => Task.CompletedTask;

    private static DeploymentIntent Intent(string? id, DeploymentStatus status) =>
        new() { DeploymentId = id, ConfigHash = new ConfigHash("cfg_1"), Status = status, Diagnostics = [] };

    private static InvoiceUpdate Update(InvoiceStatus status) =>
        new() { InvoiceId = "inv_1", PaywallId = "pw", OwnerId = "owner", AmountMsats = 2500, Status = status };

    private static SettlementWithProof Report(string id) =>
        new() { SettlementId = id, PaywallId = "pw", OwnerId = "owner", InvoiceId = "inv_1", AmountMsats = 2500, PaymentProofValue = Preimage, RequestId = "req_s" };

    private static CredentialRoleChange Change(string? fingerprint) =>
        new() { Role = CredentialRole.GatewayInvoice, Fingerprint = fingerprint, Note = "note" };
}
