using System.Collections.Generic;

namespace LightningOps.Gateway.AccessLogs;

/// <summary>What the requests of a log meet at the planned configuration beside the served one.</summary>
public sealed record AccessLogMeasurement
{
    /// <summary>The files read.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>The form of their lines.</summary>
    public required AccessLogFormat Format { get; init; }

    /// <summary>Lines read.</summary>
    public required long Lines { get; init; }

    /// <summary>Lines that are requests.</summary>
    public required long Requests { get; init; }

    /// <summary>Lines that cannot be read; they take no part.</summary>
    public required long Unreadable { get; init; }

    /// <summary>Requests that meet the same service at the same price.</summary>
    public required long Unchanged { get; init; }

    /// <summary>Requests that are sold as planned and were not: free, closed or not matched.</summary>
    public required long NewlyPriced { get; init; }

    /// <summary>Requests that are free as planned and were not.</summary>
    public required long NewlyFree { get; init; }

    /// <summary>Requests that no service answers as planned and one did.</summary>
    public required long Lost { get; init; }

    /// <summary>Requests at a higher price.</summary>
    public required long Dearer { get; init; }

    /// <summary>Requests at a lower price.</summary>
    public required long Cheaper { get; init; }

    /// <summary>Requests at the same price from another service: credentials sold by the one do not open the other.</summary>
    public required long OtherService { get; init; }

    /// <summary>Requests of which it is not known, for an expression that cannot be followed or a price that another server sets.</summary>
    public required long NotKnown { get; init; }

    /// <summary>Satoshis at the served prices if each request were bought anew. It is not what was paid: a credential serves many requests.</summary>
    public required decimal ServedSatsIfBoughtAnew { get; init; }

    /// <summary>Satoshis at the planned prices if each request were bought anew.</summary>
    public required decimal PlannedSatsIfBoughtAnew { get; init; }

    /// <summary>What changes, by kind and services, most requests first; at most 1,000.</summary>
    public required IReadOnlyList<AccessLogChange> Changes { get; init; }

    /// <summary>Services of the planned configuration that would be found faster at an earlier place, where the order is free.</summary>
    public required IReadOnlyList<OrderAdvice> FasterOrder { get; init; }
}

/// <summary>Requests that change in one way between one service and another.</summary>
public sealed record AccessLogChange
{
    /// <summary>How they change.</summary>
    public required AccessLogChangeKind Kind { get; init; }

    /// <summary>Number of requests.</summary>
    public required long Requests { get; init; }

    /// <summary>The service that is served; null for none.</summary>
    public string? ServedService { get; init; }

    /// <summary>Its price if bought anew: 0 where it is free, null where it is not sold.</summary>
    public long? ServedPriceSats { get; init; }

    /// <summary>The service as planned; null for none.</summary>
    public string? PlannedService { get; init; }

    /// <summary>Its price if bought anew: 0 where it is free, null where it is not sold.</summary>
    public long? PlannedPriceSats { get; init; }

    /// <summary>Some of these requests, the query left out; at most 3.</summary>
    public required IReadOnlyList<string> Examples { get; init; }
}

/// <summary>How a request changes.</summary>
public enum AccessLogChangeKind
{
    /// <summary>The same service at the same price.</summary>
    Unchanged,

    /// <summary>It is sold and was not.</summary>
    NewlyPriced,

    /// <summary>It is free and was not.</summary>
    NewlyFree,

    /// <summary>No service answers it, and one did.</summary>
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

/// <summary>A service that Aperture would find after fewer comparisons at an earlier place; no request would reach another service.</summary>
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

    /// <summary>Comparisons saved, of all that the log costs.</summary>
    public required double SavedShare { get; init; }
}
