using System;
using System.Collections.Generic;

namespace LightningOps.Gateway.AccessLogs;

/// <summary>The outcome of logged requests under the planned configuration compared with the live one.</summary>
public sealed record AccessLogMeasurement
{
    /// <summary>The files read.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>The format of the lines.</summary>
    public required AccessLogFormat Format { get; init; }

    /// <summary>Lines read.</summary>
    public required long Lines { get; init; }

    /// <summary>Lines that are requests.</summary>
    public required long Requests { get; init; }

    /// <summary>Lines that cannot be read; they are not counted.</summary>
    public required long Unreadable { get; init; }

    /// <summary>Requests with the same service at the same price.</summary>
    public required long Unchanged { get; init; }

    /// <summary>Requests that are sold under the plan and were free, closed or unmatched.</summary>
    public required long NewlyPriced { get; init; }

    /// <summary>Requests that are free under the plan and were not.</summary>
    public required long NewlyFree { get; init; }

    /// <summary>Requests that had a service and have none under the plan, or one that cannot deliver.</summary>
    public required long Lost { get; init; }

    /// <summary>Requests at a higher price.</summary>
    public required long Dearer { get; init; }

    /// <summary>Requests at a lower price.</summary>
    public required long Cheaper { get; init; }

    /// <summary>Requests at the same price from another service. Credentials of one do not open the other.</summary>
    public required long OtherService { get; init; }

    /// <summary>
    /// Requests with an unknown outcome, because of an expression that cannot be followed, or sold before and after at a
    /// price that another server sets.
    /// </summary>
    public required long NotKnown { get; init; }

    /// <summary>
    /// Satoshis at the live prices if each request were bought separately, without requests whose price another server
    /// sets. It is not the revenue: a credential serves many requests.
    /// </summary>
    public required decimal ServedSatsIfBoughtAnew { get; init; }

    /// <summary>Satoshis at the planned prices if each request were bought separately, without requests whose price another server sets.</summary>
    public required decimal PlannedSatsIfBoughtAnew { get; init; }

    /// <summary>The changes by kind and services, most requests first; at most 1,000.</summary>
    public required IReadOnlyList<AccessLogChange> Changes { get; init; }

    /// <summary>
    /// Services of the planned configuration that would be found faster at an earlier place, where the order does not
    /// matter.
    /// </summary>
    public required IReadOnlyList<OrderAdvice> FasterOrder { get; init; }
}

/// <summary>Requests with the same change between the same services.</summary>
public sealed record AccessLogChange
{
    /// <summary>Kind of the change.</summary>
    public required AccessLogChangeKind Kind { get; init; }

    /// <summary>Number of requests.</summary>
    public required long Requests { get; init; }

    /// <summary>The live service; null for none.</summary>
    public string? ServedService { get; init; }

    /// <summary>Its price if bought separately: 0 if it is free, null if it is not sold or another server sets the price.</summary>
    public long? ServedPriceSats { get; init; }

    /// <summary>The planned service; null for none.</summary>
    public string? PlannedService { get; init; }

    /// <summary>Its price if bought separately: 0 if it is free, null if it is not sold or another server sets the price.</summary>
    public long? PlannedPriceSats { get; init; }

    /// <summary>Some of these requests, without their queries; at most 3.</summary>
    public required IReadOnlyList<string> Examples { get; init; }

    /// <summary>Number of requests, kind and services.</summary>
    public override string ToString() => FormattableString.Invariant($"{Requests} {Kind}: {ServedService ?? "no service"} to {PlannedService ?? "no service"}");
}

/// <summary>Kind of change of a request.</summary>
public enum AccessLogChangeKind
{
    /// <summary>The same service at the same price.</summary>
    Unchanged,

    /// <summary>It is sold and was not.</summary>
    NewlyPriced,

    /// <summary>It is free and was not.</summary>
    NewlyFree,

    /// <summary>It has no service, and had one.</summary>
    Lost,

    /// <summary>The price is higher.</summary>
    Dearer,

    /// <summary>The price is lower.</summary>
    Cheaper,

    /// <summary>The same price at another service.</summary>
    OtherService,

    /// <summary>It is not known.</summary>
    NotKnown,
}

/// <summary>
/// A service that Aperture would find after fewer comparisons at an earlier place, while no request would reach
/// another service.
/// </summary>
public sealed record OrderAdvice
{
    /// <summary>The service.</summary>
    public required string Service { get; init; }

    /// <summary>Its place, from 1.</summary>
    public required int Place { get; init; }

    /// <summary>The earliest place at which each request still reaches the same service, from 1.</summary>
    public required int EarliestPlace { get; init; }

    /// <summary>Requests of the log that reach it.</summary>
    public required long Requests { get; init; }

    /// <summary>Share of all comparisons of the log that is saved.</summary>
    public required double SavedShare { get; init; }

    /// <summary>The service and its places.</summary>
    public override string ToString() => FormattableString.Invariant($"{Service}: place {Place} to {EarliestPlace}");
}
