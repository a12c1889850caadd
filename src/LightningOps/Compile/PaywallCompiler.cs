using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile.Aperture;
using LightningOps.Compile.RouteDocument;
using LightningOps.Observability;
using LightningOps.Paywalls;

namespace LightningOps.Compile;

/// <summary>Turns paywalls into rules and an artifact: a pure function of the paywalls and the options.</summary>
public static class PaywallCompiler
{
    private const int MaxRecords = 1_000;
    private const int WorthAThread = 1_000;

    /// <summary>Compiles <paramref name="paywalls"/>. Errors in them are diagnostics, never exceptions.</summary>
    /// <param name="paywalls">Active and paused paywalls, in the order received.</param>
    /// <param name="options">Rendering and gate.</param>
    /// <param name="cancellationToken">Stops the analysis.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static CompileResult Compile(IReadOnlyList<Paywall> paywalls, CompileOptions options, CancellationToken cancellationToken = default)
    {
        using var span = Telemetry.Source.StartActivity("lightningops.compile");
        var started = Stopwatch.GetTimestamp();
        var result = Make(paywalls, options, cancellationToken);
        Observe(result, paywalls.Count, started, span);
        return result;
    }

    private static void Observe(CompileResult result, int paywallCount, long started, Activity? span)
    {
        var format = result.Format == ArtifactFormat.RouteDocument ? "route_document" : "aperture";
        span?.SetTag("lightningops.format", format);
        span?.SetTag("lightningops.paywall_count", paywallCount);
        span?.SetTag("lightningops.rule_count", result.RuleCount);
        span?.SetTag("lightningops.config_hash", result.ConfigHash);
        if (!result.Valid)
        {
            Telemetry.Fail(span, "compile_validation_failed");
        }

        Measurements.CompileDuration.Record(Telemetry.SecondsSince(started), new TagList { { "format", format }, { "valid", result.Valid } });
    }

    private static CompileResult Make(IReadOnlyList<Paywall> paywalls, CompileOptions options, CancellationToken cancellationToken)
    {
        // Only the result needs the hash. A large snapshot is hashed in parallel to the analysis.
        var hashing = paywalls.Count < WorthAThread
            ? new Lazy<string>(() => SnapshotHasher.Hash(paywalls))
            : Start(() => SnapshotHasher.Hash(paywalls));
        string snapshotHash = ConfigHash.Compute(ReadOnlyMemory<byte>.Empty);
        Compilation compilation;
        try
        {
            compilation = Run(paywalls, options, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // An unexpected failure must not block the roll-out of a pause, so the caller gets an invalid compile.
            compilation = Compilation.Failed([Unexpected(failure)]);
        }

        try
        {
            snapshotHash = hashing.Value;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            compilation = Compilation.Failed([Unexpected(failure)]);
        }

        return new CompileResult
        {
            Format = options.Format,
            Valid = compilation.Artifact is not null,
            ConfigHash = compilation.Artifact is { } artifact ? ConfigHash.Compute(artifact) : snapshotHash,
            SnapshotHash = snapshotHash,
            Rules = compilation.Rules,
            Diagnostics = compilation.Diagnostics,
            Artifact = compilation.Artifact ?? ReadOnlyMemory<byte>.Empty,
        };
    }

    private static Lazy<T> Start<T>(Func<T> work)
    {
        var started = Task.Run(work);
        return new Lazy<T>(() => started.GetAwaiter().GetResult());
    }

    private static Diagnostic Unsupported(Paywall paywall)
    {
        var members = PolicyMembers.GetDeclared(paywall.Policy);
        return new Diagnostic
        {
            Code = "policy_member_not_supported",
            Severity = DiagnosticSeverity.Error,
            Message = "The route document has no " + string.Join(", ", members) + ": compile with the Aperture format, or remove them from the policy",
            PaywallId = paywall.PaywallId,
            Details = DiagnosticDetails.Create("members", members),
        };
    }

    private static Diagnostic Unexpected(Exception failure) => new()
    {
        Code = "compile_unexpected_failure",
        Severity = DiagnosticSeverity.Error,
        Message = "The compile failed unexpectedly with " + failure.GetType().Name + ": report this together with the paywalls",
    };

    private static Compilation Run(IReadOnlyList<Paywall> paywalls, CompileOptions options, CancellationToken cancellationToken)
    {
        // The older service knows no status. Only the Aperture rendering leaves archived paywalls out.
        var compiled = options.Format == ArtifactFormat.RouteDocument
            ? paywalls
            : paywalls.Where(paywall => paywall.Status != PaywallStatus.Archived);
        var intake = RouteCollector.From(compiled, options.AllowsNoPaywalls);
        var records = options.Format == ArtifactFormat.RouteDocument ? [] : RecordChecks.Find(compiled).Take(MaxRecords).ToList();
        if (intake.Diagnostics.Count + records.Count > 0)
        {
            return Compilation.Failed(records.Concat(intake.Diagnostics).ToList());
        }

        if (options.Format == ArtifactFormat.RouteDocument && paywalls.Where(paywall => PolicyMembers.HasAny(paywall.Policy)).ToArray() is { Length: > 0 } others)
        {
            return Compilation.Failed(Array.ConvertAll(others, Unsupported));
        }

        return options.Format == ArtifactFormat.RouteDocument
            ? RouteDocumentCompilation.Run(intake.Routes, cancellationToken)
            : ApertureCompilation.Run(intake.Routes, options, cancellationToken);
    }
}
