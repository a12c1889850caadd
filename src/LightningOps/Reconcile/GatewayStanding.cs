using System.Text.Json.Serialization;
using LightningOps.Gateway;

namespace LightningOps.Reconcile;

/// <summary>
/// Three values of one gateway that must never be confused: desired, written and live. Every sentence about the live
/// configuration after a run is made here.
/// </summary>
public sealed record GatewayStanding
{
    /// <summary>Desired hash.</summary>
    public required string Desired { get; init; }

    /// <summary>Written hash, or null when unknown.</summary>
    public string? Written { get; init; }

    /// <summary>Live hash, or null when it is unknown or is not one of these.</summary>
    public string? Live { get; init; }

    /// <summary>Evidence of the live configuration.</summary>
    public LiveEvidence Evidence { get; init; }

    /// <summary>The configuration in words.</summary>
    public required LiveConfiguration Serving { get; init; }

    /// <summary>What shows the load of a written configuration, as a sentence; null where nothing is in doubt.</summary>
    [JsonIgnore]
    public string? Remedy => Serving == LiveConfiguration.Written ? (Doubt ?? LoadDoubt.Unknown).Remedy : null;

    /// <summary>Why the load of a written configuration was not seen; null if that is not known.</summary>
    [JsonIgnore]
    internal LoadDoubt? Doubt { get; init; }

    /// <summary>Whether the sent configuration is an earlier deployment, which the control plane does not ask for.</summary>
    [JsonIgnore]
    internal bool IsRestored { get; init; }

    /// <summary>The configuration that was written before and was not known to be live, so that this run may have put it live; null if it was live.</summary>
    [JsonIgnore]
    internal string? Pending { get; init; }

    private string Name => IsRestored ? "restored" : "desired";

    private string Earlier => Pending is null ? "previous configuration" : "configuration that was written before and was not seen live (" + Pending + "),";

    /// <summary>Whether the gateway is known to serve the desired configuration.</summary>
    public bool IsConfirmed => Evidence != LiveEvidence.NotKnown && Live == Desired;

    /// <summary>The sentence for people.</summary>
    public override string ToString() => Serving switch
    {
        LiveConfiguration.Wanted => "The gateway serves the " + Name + " configuration" + EvidenceText + ".",
        LiveConfiguration.Written => "The " + Name + " configuration is written, but it is not known whether the gateway serves it: " + (Doubt ?? LoadDoubt.Unknown).Cause + ".",
        LiveConfiguration.Closed => "The gateway serves the " + Earlier + " with the denied services closed" + EvidenceText + ".",
        LiveConfiguration.Reopened => "The gateway serves the " + Earlier + " with the released services open again" + EvidenceText + ".",
        LiveConfiguration.Previous when Evidence != LiveEvidence.NotKnown => "The gateway serves the previous configuration" + EvidenceText + ".",
        _ => "It is not known what the gateway serves.",
    };

    /// <summary>The values after a run.</summary>
    /// <param name="desired">Desired hash.</param>
    /// <param name="before">The state before, or null when it was not read.</param>
    /// <param name="serving">The outcome of the run.</param>
    /// <param name="evidence">Its evidence.</param>
    /// <param name="doubt">Why the load was not seen, or null.</param>
    internal static GatewayStanding For(string desired, GatewayState? before, LiveConfiguration serving, LiveEvidence evidence, LoadDoubt? doubt = null)
    {
        var written = serving switch
        {
            LiveConfiguration.Wanted or LiveConfiguration.Written => desired,
            LiveConfiguration.Previous => before?.Written ?? before?.Active?.ConfigHash,
            _ => null,
        };
        if (serving == LiveConfiguration.Previous && before is null)
        {
            // A gateway that was not read may serve anything.
            evidence = LiveEvidence.NotKnown;
        }

        var live = serving == LiveConfiguration.Previous ? before?.Active?.ConfigHash : written;
        return new GatewayStanding
        {
            Desired = desired,
            Written = written,
            Live = evidence == LiveEvidence.NotKnown || serving == LiveConfiguration.Written ? null : live,
            Evidence = evidence,
            Serving = serving,
            Doubt = doubt,
            Pending = before is { Evidence: LiveEvidence.NotKnown } ? before.Active?.DeploymentId ?? before.Active?.ConfigHash ?? before.Written : null,
        };
    }

    /// <summary>The live configuration of a gateway to which nothing was sent.</summary>
    /// <param name="desired">Desired hash.</param>
    /// <param name="before">Its state, or null when it was not read.</param>
    /// <param name="plan">The plan of the whole roll-out, or null when there is none.</param>
    /// <param name="evidence">Evidence of the live configuration.</param>
    internal static LiveConfiguration FindUnchanged(string desired, GatewayState? before, RolloutPlan? plan, LiveEvidence evidence)
    {
        var isKnown = evidence != LiveEvidence.NotKnown && before is { Evidence: not LiveEvidence.NotKnown };
        return before is null ? LiveConfiguration.Unknown
            : !(plan?.IsEmpty ?? before.Active?.ConfigHash == desired) ? isKnown ? LiveConfiguration.Previous : LiveConfiguration.Unknown
            : isKnown ? LiveConfiguration.Wanted : LiveConfiguration.Written;
    }

    private string EvidenceText => Evidence switch
    {
        LiveEvidence.Answer => ": an answer after the last change shows it",
        LiveEvidence.Restart => ": it was seen to go down and come back after the last write",
        _ => string.Empty,
    };
}
