using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.ControlPlane;
using LightningOps.Gateway.Planning;

namespace LightningOps.Reconcile;

/// <summary>Journal entries of roll-outs.</summary>
public static class RolloutEntries
{
    private const int MaxNames = 20;

    private static readonly (string Done, string Attempt)[] Attempts =
    [
        ("rolled out the plan", "roll-out of the plan"),
        ("rolled out", "roll-out"),
        ("reconciled", "reconcile"),
        ("restored", "restore of"),
        ("reopened", "reopening"),
        ("closed suspended paywalls", "close of suspended paywalls"),
        ("closed", "close"),
    ];

    /// <summary>The entry before the first write of a roll-out. If its process ends, the entry still says who sent what.</summary>
    /// <param name="options">Options of the pass.</param>
    /// <param name="plan">What is about to be sent.</param>
    /// <param name="deploymentId">Id of the deployment.</param>
    /// <param name="configHash">Hash of the configuration.</param>
    internal static JournalDraft CreateBegun(ReconcileOptions options, Gateway.RolloutPlan plan, string deploymentId, string configHash) => new()
    {
        Kind = JournalKind.Rollout,
        Action = "roll-out begun",
        Gateway = plan.Gateway,
        RequestId = options.RequestId,
        ApprovedBy = options.ApprovedBy,
        DeploymentId = deploymentId,
        ConfigHash = configHash,
        Detail = DescribeChanges(plan) + ". It may be live: the outcome was not recorded yet",
    };

    /// <summary>The changes of a plan with their prices.</summary>
    internal static string DescribeChanges(Gateway.RolloutPlan plan)
    {
        var names = plan.Changes.Take(MaxNames).Select(static change => change.Kind.ToString().ToLowerInvariant() + " " + change.Name + DescribeMembers(change)).ToArray();
        return plan.Summary + (names.Length == 0 ? string.Empty : ": " + string.Join("; ", names)) + (plan.Changes.Count > MaxNames ? "; …" : string.Empty);
    }

    /// <summary>The entry of one gateway; null for one that was not reached.</summary>
    /// <param name="step">Its outcome.</param>
    /// <param name="options">Its options.</param>
    public static JournalDraft? Create(RolloutStep step, ReconcileOptions options)
    {
        var draft = new JournalDraft
        {
            Kind = options.JournalKind,
            Action = options.JournalAction ?? GetAction(options),
            Gateway = step.Gateway,
            RequestId = step.Result?.RequestId ?? options.RequestId,
            ApprovedBy = options.ApprovedBy,
        };
        var entry = step switch
        {
            { WasReached: false } => null,
            { Result: { } result, Error: null } => draft with
            {
                Result = result.Ok ? JournalResult.Done : result.FailureCode is null ? JournalResult.NotKnown : JournalResult.Failed,
                Code = result.FailureCode ?? (result.Ok ? null : "load_not_seen"),
                DeploymentId = result.DeploymentId,
                ConfigHash = result.ConfigHash,
                Detail = Describe(result),
            },
            { Error: { } error } => draft with { Result = JournalResult.Refused, Code = error.Tag, Detail = error.Message },
            _ => draft with { Result = JournalResult.Refused, Code = "cancelled", Detail = "Stopped before anything was changed." },
        };
        return entry is null or { Result: JournalResult.Done } ? entry : entry with { Action = ToAttempt(entry.Action) };
    }

    /// <summary>The action as a noun, because it is not known to be done.</summary>
    private static string ToAttempt(string action)
    {
        foreach (var (done, attempt) in Attempts)
        {
            if (action.StartsWith(done, StringComparison.Ordinal))
            {
                return attempt + action.Substring(done.Length);
            }
        }

        return action;
    }

    private static string GetAction(ReconcileOptions options) => options switch
    {
        { Switch: { Stops: true, Paywalls: not null } } => "closed suspended paywalls",
        { Switch: { Stops: true } } => "closed",
        { Switch: { Stops: false } } => "reopened",
        { Suspended.Count: > 0 } => "closed suspended paywalls",
        _ => "rolled out",
    };

    /// <summary>The changes with their prices, and the live configuration.</summary>
    private static string Describe(ReconcileResult result)
    {
        var changes = result.Plan is { } plan ? DescribeChanges(plan) : null;
        return string.Join(". ", new[] { changes, result.FailureReason?.TrimEnd('.'), result.Standing.ToString() }.OfType<string>());
    }

    private static string DescribeMembers(Gateway.ServiceChange change)
    {
        var prices = change.Members.Where(static member => member.Member.StartsWith("price", StringComparison.OrdinalIgnoreCase)).Select(static member => FormattableString.Invariant($" ({member.Member} {PlanText.FormatValue(member.OldValue)} → {member.NewValue})"));
        return string.Concat(prices);
    }
}
