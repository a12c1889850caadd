using System;
using System.Collections.Generic;
using System.Linq;

namespace LightningOps.Observability;

/// <summary>What ties records together: the distinct references found in them, each list sorted by code unit (vectors/smoke/observability.json).</summary>
public sealed record ObservabilityCorrelation
{
    /// <summary>Requests.</summary>
    public required IReadOnlyList<string> RequestIds { get; init; }

    /// <summary>Paywalls.</summary>
    public required IReadOnlyList<string> PaywallIds { get; init; }

    /// <summary>Tasks.</summary>
    public required IReadOnlyList<string> TaskIds { get; init; }

    /// <summary>Proofs of payment.</summary>
    public required IReadOnlyList<string> PaymentProofRefs { get; init; }

    /// <summary>The references of some records.</summary>
    public static ObservabilityCorrelation Of(IEnumerable<ObservabilityRecord> records)
    {
        var all = records.ToArray();
        return new ObservabilityCorrelation
        {
            RequestIds = Distinct(all, static record => record.RequestId),
            PaywallIds = Distinct(all, static record => record.PaywallId),
            TaskIds = Distinct(all, static record => record.TaskId),
            PaymentProofRefs = Distinct(all, static record => record.PaymentProofRef),
        };
    }

    private static string[] Distinct(IEnumerable<ObservabilityRecord> records, Func<ObservabilityRecord, string?> reference) => records
        .Select(reference)
        .OfType<string>()
        .Where(static value => value.Length > 0)
        .Distinct(StringComparer.Ordinal)
        .OrderBy(static value => value, StringComparer.Ordinal)
        .ToArray();
}
