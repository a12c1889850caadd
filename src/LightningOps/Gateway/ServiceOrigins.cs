using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.Compile;

namespace LightningOps.Gateway;

/// <summary>Recorded origins of a gateway's services: which were made here, and their owners.</summary>
internal sealed record ServiceOrigins
{
    private static readonly IReadOnlyDictionary<string, string> NoOwners = new Dictionary<string, string>();
    private readonly HashSet<string>? names;
    private HashSet<string>? copied;
    private readonly IReadOnlyDictionary<string, string> owners;
    private readonly Lazy<IReadOnlyDictionary<string, CompiledRule>> rolledOut;

    /// <param name="names">Services made here; null for all.</param>
    /// <param name="owners">Owner of each service at its last roll-out; null if none is known.</param>
    /// <param name="rolledOut">Reads the rules as last rolled out, on first use; null if none are known.</param>
    public ServiceOrigins(IEnumerable<string>? names, IReadOnlyDictionary<string, string>? owners, Func<IEnumerable<CompiledRule>>? rolledOut = null)
    {
        this.rolledOut = new Lazy<IReadOnlyDictionary<string, CompiledRule>>(() => GetByName(rolledOut?.Invoke() ?? []));
        this.names = names is null ? null : new HashSet<string>(names, StringComparer.Ordinal);
        this.owners = owners ?? NoOwners;
    }

    /// <summary>All services were made here; their owners are not known.</summary>
    public static ServiceOrigins Unknown { get; } = new(null, null);

    /// <summary>The record cannot be read; it is not known which services were made here.</summary>
    public static ServiceOrigins Unreadable { get; } = new(null, null) { IsMakerKnown = false };

    /// <summary>
    /// The record cannot be read, and a copy of it may be out of date: its services were made here; the makers of
    /// others are not known.
    /// </summary>
    /// <param name="names">Services made here.</param>
    /// <param name="owners">Owner of each service at its last roll-out; null if none is known.</param>
    public static ServiceOrigins FromCopy(IEnumerable<string> names, IReadOnlyDictionary<string, string>? owners) =>
        new(null, owners) { IsMakerKnown = false, copied = new HashSet<string>(names, StringComparer.Ordinal) };

    /// <summary>Nothing readable is recorded. Only services with the name of a rule count as made here.</summary>
    public static ServiceOrigins NotRecorded { get; } = new([], null) { IsRecorded = false };

    /// <summary>Whether there is a readable record.</summary>
    public bool IsRecorded { get; private init; } = true;

    /// <summary>Whether no record was ever written, or it was removed; false if there is an unreadable one.</summary>
    public bool IsRecordAbsent { get; init; }

    /// <summary>Whether it is known which services were made here.</summary>
    public bool IsMakerKnown { get; private init; } = true;

    /// <summary>Whether it is certain that a service was made here, although the record cannot be read.</summary>
    public bool IsCopiedAsMadeHere(string name) => copied?.Contains(name) == true;

    /// <summary>Whether a service was made here.</summary>
    public bool IsMadeHere(string name) => names is null || names.Contains(name);

    /// <summary>Owner of a service, or null.</summary>
    public string? FindOwner(string name) => owners.TryGetValue(name, out var owner) ? owner : null;

    /// <summary>A service as it was last rolled out, or null.</summary>
    public CompiledRule? FindRolledOut(string name) => rolledOut.Value.TryGetValue(name, out var rule) ? rule : null;

    /// <summary>Reads the names of the services of all recorded roll-outs.</summary>
    public Func<IEnumerable<string>> EarlierNames { get; init; } = static () => [];

    /// <summary>Names of the services that are recorded as made here, whether the gateway still has them or not.</summary>
    public IEnumerable<string> RecordedNames => (names ?? []).Concat(rolledOut.Value.Keys).Concat(EarlierNames()).Distinct(StringComparer.Ordinal);

    /// <summary>All services as they were last rolled out.</summary>
    public IEnumerable<CompiledRule> RolledOut => rolledOut.Value.Values;

    /// <summary>The same origins after services were reopened.</summary>
    /// <param name="reopening">The services.</param>
    public ServiceOrigins After(GatewayReopening reopening)
    {
        var opened = reopening.Open(RolledOut);
        return new ServiceOrigins(names, owners, () => opened);
    }

    private static IReadOnlyDictionary<string, CompiledRule> GetByName(IEnumerable<CompiledRule> rules)
    {
        var byName = new Dictionary<string, CompiledRule>(StringComparer.Ordinal);
        foreach (var rule in rules)
        {
            byName[rule.ServiceName] = rule;
        }

        return byName;
    }

    /// <summary>
    /// The combined record of a gateway whose endpoints have separate records. A service made by one of them counts
    /// as made here.
    /// </summary>
    public static ServiceOrigins Combine(IEnumerable<ServiceOrigins> origins)
    {
        var all = origins.ToArray();
        if (all.Any(origin => !origin.IsMakerKnown))
        {
            var owned = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var owner in all.SelectMany(static origin => origin.owners))
            {
                owned[owner.Key] = owner.Value;
            }

            return FromCopy(all.SelectMany(static origin => origin.copied ?? origin.names ?? []), owned);
        }

        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var owner in all.SelectMany(origin => origin.owners))
        {
            owners[owner.Key] = owner.Value;
        }

        return new ServiceOrigins(all.Any(origin => origin.names is null) ? null : all.SelectMany(origin => origin.names!), owners, () => all.SelectMany(origin => origin.RolledOut));
    }

    /// <summary>Owners by service name, for the services of rules.</summary>
    public static IReadOnlyDictionary<string, string> GetOwners(IEnumerable<CompiledRule> rules)
    {
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var rule in rules)
        {
            owners[rule.ServiceName] = rule.OwnerId;
        }

        return owners;
    }
}
