using System;
using System.Collections.Generic;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane.Decoding;
using LightningOps.ControlPlane.Rules;
using LightningOps.Json;
using LightningOps.Paywalls;
using LightningOps.Paywalls.Decoding;

namespace LightningOps.ControlPlane.Hosted;

/// <summary>The functions of a hosted control plane, for any backend (docs/reference/control-plane.md#functions).</summary>
internal abstract class HostedControlPlane : IControlPlane
{
    private readonly IControlPlaneTransport transport;

    private protected HostedControlPlane(IControlPlaneTransport transport) => this.transport = transport;

    /// <inheritdoc/>
    public Task<IReadOnlyList<Paywall>> ListPaywallsAsync(CancellationToken cancellationToken) =>
        CallAsync(
            new ControlPlaneCall(ControlPlaneFunction.ListPaywalls, WriteLiveStatuses) { HasListAnswer = true },
            AnswerDecoder.ReadPaywalls,
            cancellationToken);

    /// <inheritdoc/>
    public Task<Deployment> RecordDeploymentAsync(DeploymentIntent intent, CancellationToken cancellationToken) =>
        CallAsync(
            new ControlPlaneCall(ControlPlaneFunction.RecordDeployment, json => WriteMembers(json, intent)) { IsRepeatable = intent.DeploymentId is not null },
            AnswerDecoder.ReadDeployment,
            cancellationToken);

    /// <inheritdoc/>
    public Task<GatewayEvent> RecordEventAsync(GatewayEventDraft draft, CancellationToken cancellationToken) =>
        CallAsync(
            new ControlPlaneCall(ControlPlaneFunction.RecordEvent, json => WriteEvent(json, draft)) { IsRepeatable = false },
            AnswerDecoder.ReadEvent,
            cancellationToken);

    /// <inheritdoc/>
    public Task<InvoiceIngestResult> IngestInvoiceAsync(InvoiceUpdate update, CancellationToken cancellationToken) =>
        CallAsync(
            new ControlPlaneCall(ControlPlaneFunction.IngestInvoice, json => WriteMembers(json, update)),
            AnswerDecoder.ReadInvoice,
            cancellationToken);

    /// <inheritdoc/>
    public async Task<SettlementIngestResult> IngestSettlementAsync(SettlementWithProof report, CancellationToken cancellationToken)
    {
        var preimage = SettlementRules.CheckPreimage(report);
        var call = new ControlPlaneCall(ControlPlaneFunction.IngestSettlement, json => WriteSettlement(json, report with { PaymentProofValue = preimage, Metadata = new ProofMask(preimage, report.PaymentHash).Mask(report.Metadata) }))
        {
            SecretArgument = preimage,
        };
        return await CallAsync(call, AnswerDecoder.ReadSettlement, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<SecurityState> GetSecurityStateAsync(CancellationToken cancellationToken) =>
        CallAsync(new ControlPlaneCall(ControlPlaneFunction.GetSecurityState, _ => { }), AnswerDecoder.ReadSecurity, cancellationToken);

    /// <inheritdoc/>
    public Task<GlobalControl> SetGlobalPauseAsync(GlobalPauseChange change, CancellationToken cancellationToken) =>
        CallAsync(
            new ControlPlaneCall(ControlPlaneFunction.SetGlobalPause, json => WriteMembers(json, change)),
            AnswerDecoder.ReadGlobal,
            cancellationToken);

    /// <inheritdoc/>
    public Task<OwnerControl> SetOwnerKillSwitchAsync(OwnerKillSwitchChange change, CancellationToken cancellationToken) =>
        CallAsync(
            new ControlPlaneCall(ControlPlaneFunction.SetOwnerKillSwitch, json => WriteMembers(json, change)),
            AnswerDecoder.ReadOwner,
            cancellationToken);

    /// <inheritdoc/>
    public Task<CredentialRoleState> RotateCredentialRoleAsync(CredentialRoleChange change, CancellationToken cancellationToken) =>
        CallAsync(
            new ControlPlaneCall(ControlPlaneFunction.RotateCredentialRole, json => WriteMembers(json, change)) { IsRepeatable = false },
            AnswerDecoder.ReadRole,
            cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Never sent twice either, because a second activation would increment the version again.</remarks>
    public Task<CredentialRoleState> ActivateCredentialRoleAsync(CredentialRoleChange change, CancellationToken cancellationToken) =>
        CallAsync(
            new ControlPlaneCall(ControlPlaneFunction.ActivateCredentialRole, json => WriteMembers(json, change)) { IsRepeatable = false },
            AnswerDecoder.ReadRole,
            cancellationToken);

    /// <inheritdoc/>
    public Task<CredentialRoleState> RevokeCredentialRoleAsync(CredentialRoleChange change, CancellationToken cancellationToken) =>
        CallAsync(
            new ControlPlaneCall(ControlPlaneFunction.RevokeCredentialRole, json => WriteMembers(json, change with { Fingerprint = null })),
            AnswerDecoder.ReadRole,
            cancellationToken);

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the connections.</summary>
    /// <param name="disposing">Whether called from <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            transport.Dispose();
        }
    }

    private static void WriteLiveStatuses(Utf8JsonWriter json)
    {
        json.WriteStartArray("statuses");
        json.WriteStringValue("active");
        json.WriteStringValue("paused");
        json.WriteEndArray();
    }

    private static void WriteEvent(Utf8JsonWriter json, GatewayEventDraft draft)
    {
        WriteMembers(json, draft);
        json.WriteString("executionPath", "hosted-node");
    }

    private static void WriteSettlement(Utf8JsonWriter json, SettlementWithProof report)
    {
        WriteMembers(json, report);
        json.WriteString("paymentProofType", "lightning_preimage");
    }

    // The records have the members of the functions' arguments, with the same names; missing ones are left out.
    private static void WriteMembers<T>(Utf8JsonWriter json, T arguments)
    {
        using var members = JsonSerializer.SerializeToDocument(arguments, ArtifactJson.Options);
        foreach (var member in members.RootElement.EnumerateObject())
        {
            member.WriteTo(json);
        }
    }

    private async Task<T> CallAsync<T>(ControlPlaneCall call, ValueDecoder<T> decode, CancellationToken cancellationToken)
    {
        var answer = await transport.CallAsync(call, cancellationToken).ConfigureAwait(false);
        return JsonDecoding.Decode(answer.Span, call.Function.Operation, new StringPool(), decode);
    }
}
