using System;
using System.Collections.Generic;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Json;
using LightningOps.Observability;
using LightningOps.Paywalls;
using LightningOps.Paywalls.Decoding;

namespace LightningOps.Compile;

/// <summary>Compiles the paywalls of a control plane and records the result there, without a roll-out.</summary>
public static class ControlPlaneCompiler
{
    /// <summary>
    /// Lists the paywalls, reads pause and kill switches if the rendering respects them, and compiles. Nothing is
    /// recorded.
    /// </summary>
    /// <param name="controlPlane">The control plane with the paywalls.</param>
    /// <param name="options">Rendering; its <see cref="CompileOptions.Security"/> is taken from the control plane.</param>
    /// <param name="cancellationToken">Stops before the next call.</param>
    /// <exception cref="ControlPlaneTransportException">A call failed. Nothing is compiled if the security state cannot be read.</exception>
    /// <exception cref="ControlPlaneDecodeException">An answer has an invalid form.</exception>
    public static async Task<CompileResult> CompileAsync(IControlPlane controlPlane, CompileOptions options, CancellationToken cancellationToken)
    {
        var paywalls = await controlPlane.ListPaywallsAsync(cancellationToken).ConfigureAwait(false);
        return await CompileAsync(controlPlane, paywalls, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Compiles other paywalls under the pause and the kill switches of a control plane.</summary>
    /// <param name="controlPlane">The control plane with the switches.</param>
    /// <param name="paywalls">Paywalls in the order received.</param>
    /// <param name="options">Rendering; its <see cref="CompileOptions.Security"/> is taken from the control plane.</param>
    /// <param name="cancellationToken">Stops before the next call.</param>
    /// <exception cref="ControlPlaneTransportException">The security state cannot be read; nothing is compiled.</exception>
    public static async Task<CompileResult> CompileAsync(
        IControlPlane controlPlane, IReadOnlyList<Paywall> paywalls, CompileOptions options, CancellationToken cancellationToken)
    {
        var gated = await WithGateAsync(controlPlane, options, cancellationToken).ConfigureAwait(false);
        return PaywallCompiler.Compile(paywalls, gated, cancellationToken);
    }

    /// <summary>Records a deployment for a compile: pending, or failed when the compile is not valid.</summary>
    /// <param name="controlPlane">The control plane that records it.</param>
    /// <param name="result">The compile.</param>
    /// <param name="requestId">Request id of the deployment.</param>
    /// <param name="cancellationToken">Retries and time limit.</param>
    /// <returns>The compile with the deployment recorded.</returns>
    /// <exception cref="ControlPlaneTransportException">The call failed.</exception>
    public static async Task<CompileResult> RecordAsync(
        IControlPlane controlPlane, CompileResult result, string requestId, CancellationToken cancellationToken)
    {
        var deployment = await controlPlane.RecordDeploymentAsync(CreateIntent(result, requestId), cancellationToken).ConfigureAwait(false);
        return result with
        {
            RequestId = requestId,
            DeploymentStatus = deployment.Status,
            DeploymentId = deployment.DeploymentId,
        };
    }

    /// <summary>The older document has no gate, and its runs make no such call (vectors/wire.json).</summary>
    internal static bool ReadsSecurityState(CompileOptions options) => options.Format != ArtifactFormat.RouteDocument;

    /// <summary>The options with the current pause and kill switches, if the rendering respects them.</summary>
    internal static async Task<CompileOptions> WithGateAsync(IControlPlane controlPlane, CompileOptions options, CancellationToken cancellationToken) =>
        ReadsSecurityState(options)
            ? options with { Security = await controlPlane.GetSecurityStateAsync(cancellationToken).ConfigureAwait(false) }
            : options;

    private static DeploymentIntent CreateIntent(CompileResult result, string requestId) => new()
    {
        ConfigHash = result.ConfigHash,
        Status = result.Valid ? DeploymentStatus.Pending : DeploymentStatus.Failed,
        Diagnostics = result.Diagnostics,
        Metadata = JsonText.From(Encoding.UTF8.GetString(JsonBytes.WriteObject(json =>
        {
            json.WriteString("executionPath", ExecutionPaths.HostedNode);
            json.WriteNumber("ruleCount", result.RuleCount);
            json.WriteBoolean("valid", result.Valid);
        }))),
        RequestId = requestId,
    };
}

/// <summary>Writes a record of each compile of a control plane, including failed ones.</summary>
public sealed class CompileObserver
{
    /// <summary>The code of a compile that found errors (docs/reference/gateway.md#failure-codes).</summary>
    public const string CompileValidationFailed = "compile_validation_failed";

    private readonly GuardedSink sink;
    private readonly TimeProvider time;

    /// <summary>An observer with the system's clock.</summary>
    /// <param name="sink">Destination of the records; its exceptions fail no compile. Null for none.</param>
    public CompileObserver(IObservabilitySink? sink)
        : this(sink, TimeProvider.System)
    {
    }

    /// <summary>An observer.</summary>
    /// <param name="sink">Destination of the records; its exceptions fail no compile. Null for none.</param>
    /// <param name="time">Clock of the records.</param>
    public CompileObserver(IObservabilitySink? sink, TimeProvider time)
    {
        this.sink = new GuardedSink(sink);
        this.time = time;
    }

    /// <summary>Runs a compile and records its outcome.</summary>
    /// <param name="requestId">Request id, or null.</param>
    /// <param name="compile">The compile.</param>
    public async Task<CompileResult> ObserveAsync(string? requestId, Func<Task<CompileResult>> compile)
    {
        try
        {
            var result = await compile().ConfigureAwait(false);
            Record(requestId, result.Valid ? null : CompileValidationFailed);
            return result;
        }
        catch (Exception failure)
        {
            Record(requestId, ErrorCodes.GetCode(failure));
            throw;
        }
    }

    private void Record(string? requestId, string? failureCode) =>
        sink.Write(OperationRecords.Compile(requestId, failureCode, time.GetUtcNow().ToUnixTimeMilliseconds()));
}
