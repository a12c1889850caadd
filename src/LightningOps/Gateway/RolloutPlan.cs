using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Serialization;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.Planning;
using LightningOps.Gateway.Routing;

namespace LightningOps.Gateway;

/// <summary>The changes of a roll-out.</summary>
public sealed record RolloutPlan
{
    // Requests of a plan that was read back; otherwise they are found on demand.
    private readonly IReadOnlyList<PlannedRequest>? requests;

    /// <summary>The gateway.</summary>
    public required string Gateway { get; init; }

    /// <summary>Live hash, or null.</summary>
    public string? CurrentConfigHash { get; init; }

    /// <summary>Desired hash.</summary>
    public required string ConfigHash { get; init; }

    /// <summary>One entry per changed service, in the desired order, removals last; empty if the gateway already serves the configuration.</summary>
    public required IReadOnlyList<ServiceChange> Changes { get; init; }

    /// <summary>Warnings for the operator, and errors that refuse the roll-out.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; init; } = System.Array.Empty<Diagnostic>();

    /// <summary>Services that this store did not create; they are not changed. May be null.</summary>
    public IReadOnlyList<SellingService>? LeftAlone { get; init; }

    /// <summary>
    /// A few requests for each changed service, with their answers before and after; empty if the services after the
    /// roll-out are not known. For at most 100 services.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyList<PlannedRequest> Requests
    {
        get => requests ?? Examples?.Find(Changes) ?? [];
        init => requests = value;
    }

    /// <summary>Services before and after, to find requests with; null if unknown.</summary>
    internal RequestExamples? Examples { get; init; }

    /// <summary>Names of the services before the roll-out, live or as last written; null if neither is known.</summary>
    internal IReadOnlyCollection<string>? NamesBefore { get; init; }

    /// <summary>Whether no question was asked, for nothing in it needed one: the guard rails decide then.</summary>
    [JsonIgnore]
    public bool IsUnasked { get; init; }

    /// <summary>Changes against the last written services, if the gateway does not list its services; else null.</summary>
    internal IReadOnlyList<ServiceChange>? Limited { get; init; }

    /// <summary>Prices of services as last rolled out, by name: a closed service does not say its own; null where none is known.</summary>
    internal IReadOnlyDictionary<string, long>? PricesBefore { get; init; }

    /// <summary>Whether nothing needs to be sent.</summary>
    public bool IsEmpty => Changes.Count == 0 && CurrentConfigHash is { } current && current == ConfigHash;

    /// <summary>Services whose text in the file is overwritten although they are served as desired, from rows of a database.</summary>
    internal IReadOnlyList<ServiceChange> ReplacedTexts { get; init; } = System.Array.Empty<ServiceChange>();

    /// <summary>Whether the file has the same services in another spelling, or with comments in between.</summary>
    internal bool IsSpellingOnly { get; init; }

    /// <summary>Whether the file is as desired and keeps every byte.</summary>
    internal bool KeepsFile { get; init; }

    /// <summary>Whether the gateway refuses it.</summary>
    public bool IsRefused => Diagnostics.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

    /// <summary>Whether services are removed, closed or moved, which needs confirmation.</summary>
    public bool NeedsConfirmation => Changes.Any(change => change.Kind is ServiceChangeKind.Removed or ServiceChangeKind.Closed or ServiceChangeKind.Moved);

    /// <summary>Numbers of added, changed and other services, on one line.</summary>
    public string Summary => PlanText.FormatSummary(this);

    /// <summary>Services whose credential holders can do more or less than before, on one line; null for none.</summary>
    internal string? HoldersSummary => HolderText.FormatSummary(Changes);

    /// <summary>
    /// The plan for people, one line per service: <c>+</c> added, <c>~</c> changed, <c>*</c> opened, <c>!</c> closed,
    /// <c>↕</c> moved, <c>-</c> removed; the first 200 where there are more.
    /// </summary>
    public override string ToString() => PlanText.Format(this);
}

/// <summary>The change of one service.</summary>
public sealed record ServiceChange
{
    /// <summary>Name of the service.</summary>
    public required string Name { get; init; }

    /// <summary>Kind of the change; a service that is changed and moved has two entries.</summary>
    public required ServiceChangeKind Kind { get; init; }

    /// <summary>Members that change, old and new, of a changed service.</summary>
    public IReadOnlyList<MemberChange> Members { get; init; } = System.Array.Empty<MemberChange>();

    /// <summary>Names of these members, on one line.</summary>
    internal string MemberNames => string.Join(", ", Members.Select(static member => member.Member));

    /// <summary>Live place in the order, from 0, or null.</summary>
    public int? OldPlace { get; init; }

    /// <summary>Place in the desired order, from 0, or null.</summary>
    public int? NewPlace { get; init; }

    /// <summary>Former name of an added service that is only renamed: its host and path are the same.</summary>
    public string? RenamedFrom { get; init; }

    /// <summary>
    /// Whether no credential already sold for it is refused after the change, since credentials name the service.
    /// False for a removed service that sold, and for a renamed one. <see cref="Holders" /> has the details.
    /// </summary>
    public bool KeepsCredentials { get; init; } = true;

    /// <summary>What holders of earlier credentials can do after the change.</summary>
    public HolderAccess Holders { get; init; }

    /// <summary><see cref="Holders"/> in a sentence.</summary>
    public string HoldersText => HolderText.Format(this);

    /// <summary>Whether credentials sold after the change never expire: no lifetime is declared, or a price server prevents it.</summary>
    public bool SellsForEver { get; init; }

    /// <summary>Whether credentials sold just before the change expire.</summary>
    internal bool SoldForATime { get; init; }

    /// <summary>Whether it asks for payment after the change, and its address has port 0, where nothing listens.</summary>
    internal bool FailsAtPortZero { get; init; }

    /// <summary>Whether the service is closed for a moment while the gateway is changed.</summary>
    public bool IsBrieflyUnreachable { get; init; }

    /// <summary>Endpoint of the change if it is not the same at all of them; else null.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The change for people: one line, and one per member below it.</summary>
    public override string ToString() => PlanText.Format(this);
}

/// <summary>What holders of earlier credentials can do with a service after a change (docs/reference/aperture.md#credentials-at-run-time).</summary>
public enum HolderAccess
{
    /// <summary>They have access as before, on the terms they bought.</summary>
    AsBefore,

    /// <summary>They have access although it costs more now, or matches requests they did not buy.</summary>
    MoreThanPaidFor,

    /// <summary>
    /// Nothing was sold for it in its previous form. Holders of a credential of an earlier service of this name have
    /// access.
    /// </summary>
    IfSoldEarlier,

    /// <summary>Everybody has access without a credential.</summary>
    Free,

    /// <summary>Nobody has access while it is closed or absent; then they have access again.</summary>
    Suspended,

    /// <summary>Credentials of one scheme are refused while the gateway offers Payment.</summary>
    PartlyRefused,

    /// <summary>They are refused, because they name another service.</summary>
    Refused,
}

/// <summary>Kind of a change of a service in a roll-out.</summary>
public enum ServiceChangeKind
{
    /// <summary>Added.</summary>
    Added,

    /// <summary>Changed members.</summary>
    Changed,

    /// <summary>Moved relative to the services that stay.</summary>
    Moved,

    /// <summary>Open before, closed after.</summary>
    Closed,

    /// <summary>Closed before, open after.</summary>
    Opened,

    /// <summary>Removed.</summary>
    Removed,
}
