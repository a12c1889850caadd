using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.Planning;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>
/// Services that precede a file whose admin API is on: the services Aperture lists, and the rows of its database,
/// which permanently replace services of the file.
/// </summary>
internal sealed class LiveRows
{
    private const string SchemeExtra = "authscheme=";
    private const int MaxNames = 20;
    private readonly HashSet<string>? storedNames;

    /// <param name="listed">Services the admin API lists, in match order; null if not read.</param>
    /// <param name="stored">Rows of the database; null if not read.</param>
    /// <param name="trouble">Why one of them was not read, or null.</param>
    public LiveRows(IReadOnlyList<GatewayService>? listed, IReadOnlyList<GatewayService>? stored, string? trouble)
    {
        Listed = listed;
        Stored = stored;
        Trouble = trouble;
        storedNames = stored is null ? null : new HashSet<string>(stored.Select(row => row.Name), StringComparer.Ordinal);
    }

    /// <summary>No admin API, so nothing precedes the file.</summary>
    public static LiveRows None { get; } = new(null, [], null);

    /// <summary>Services the admin API lists, in match order: the live services; null if not read.</summary>
    public IReadOnlyList<GatewayService>? Listed { get; }

    /// <summary>Rows of the database; null if not read.</summary>
    public IReadOnlyList<GatewayService>? Stored { get; }

    /// <summary>Why one of them was not read, or null.</summary>
    public string? Trouble { get; }

    /// <summary>Whether a row is known to replace a service.</summary>
    public bool IsStored(string name) => storedNames?.Contains(name) == true;

    /// <summary>Whether a service is listed as closed, and a closed row keeps it closed after a restart whatever the file says.</summary>
    public bool HoldClosed(string name) => IsClosed(Listed, name) && IsClosed(Stored, name);

    private static bool IsClosed(IReadOnlyList<GatewayService>? services, string name) => services?.Any(service => service.Name == name && service.IsClosed) == true;

    /// <summary>A service with the members that the admin API and the rows carry.</summary>
    public static GatewayService Carried(GatewayService service) =>
        service.Extras.Count == 0 ? service : AdminSchemes.Normalize(service with { Extras = service.Extras.Where(extra => extra.StartsWith(SchemeExtra, StringComparison.Ordinal)).ToArray() });

    /// <summary>Whether it has members that a row does not carry.</summary>
    public static bool HasFeatures(GatewayService service) => service.Extras.Any(extra => !extra.StartsWith(SchemeExtra, StringComparison.Ordinal));

    /// <summary>Whether the list, or else the loaded file under the rows, means the same as the written services.</summary>
    /// <param name="written">Written services of this store.</param>
    public bool Shows(IReadOnlyList<GatewayService> written)
    {
        if (Listed is null)
        {
            return Stored is not null && FindOverriding(written).Count == 0 && FindBefore(written).Count == 0 && HoldsOrder(written);
        }

        return AdminPlanner.Make(Listed, written.Select(Carried).ToArray(), static _ => false).Steps.Count == 0
            && FindBefore(written).Count == 0
            && !written.Any(service => HasFeatures(service) && (Stored is null || IsStored(service.Name)));
    }

    /// <summary>Whether the written order holds although the rows come first, in any rotation.</summary>
    private bool HoldsOrder(IReadOnlyList<GatewayService> written)
    {
        var carried = written.Select(Carried).ToArray();
        var rest = carried.Where(service => !IsStored(service.Name)).ToArray();
        var rows = Stored!.Select(row => carried.FirstOrDefault(service => service.Name == row.Name) ?? row).ToArray();
        return rows.Length == 0 || new IEnumerable<GatewayService>[] { rows, Enumerable.Reverse(rows) }.All(turn => AdminPlanner.Make([.. turn, .. rest], carried, static _ => false).Steps.Count == 0);
    }

    /// <summary>Rows or listed services that replace written services and have other members.</summary>
    public IReadOnlyList<GatewayService> FindOverriding(IReadOnlyList<GatewayService> written)
    {
        var byName = written.GroupBy(service => service.Name, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.First(), StringComparer.Ordinal);
        return (Stored ?? Listed ?? [])
            .Where(row => byName.TryGetValue(row.Name, out var service) && (MemberChanges.Between(row, Carried(service)).Count > 0 || (Stored is not null && HasFeatures(service))))
            .ToArray();
    }

    /// <summary>Services that are not written, precede a written one and may take its requests.</summary>
    public IReadOnlyList<GatewayService> FindBefore(IReadOnlyList<GatewayService> written)
    {
        var names = new HashSet<string>(written.Select(service => service.Name), StringComparer.Ordinal);
        var order = Listed ?? [.. Stored ?? [], .. written];
        var others = order.Where(service => !names.Contains(service.Name) && (Stored is null || IsStored(service.Name))).ToArray();
        if (others.Length == 0)
        {
            return [];
        }

        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var place = 0; place < order.Count; place++)
        {
            places[order[place].Name] = place;
        }

        var overlaps = ServiceOverlaps.Compute(others.Concat(written));
        var last = new Dictionary<int, int>();
        foreach (var service in written)
        {
            // Its row may be rotated to the end at a restart.
            var place = places.TryGetValue(service.Name, out var now) && !IsStored(service.Name) ? now : int.MaxValue;
            var match = overlaps.GetMatch(service);
            last[match] = last.TryGetValue(match, out var other) ? Math.Max(other, place) : place;
        }

        return others.Where(service => overlaps.GetOverlapping(overlaps.GetMatch(service)).Any(match => last.TryGetValue(match, out var place) && place > places[service.Name])).ToArray();
    }

    /// <summary>The effective services, those of the file in its order: as listed, or the loaded file under its rows.</summary>
    /// <param name="file">Services of the file.</param>
    /// <param name="isOurs">Whether a service that the file does not define belongs to this store.</param>
    public IReadOnlyList<GatewayService> GetEffective(IReadOnlyList<GatewayService> file, Func<string, bool> isOurs)
    {
        if (Listed is null && Stored is null or { Count: 0 })
        {
            return file;
        }

        var front = (Listed ?? Stored!).GroupBy(service => service.Name, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.First(), StringComparer.Ordinal);
        var names = new HashSet<string>(file.Select(service => service.Name), StringComparer.Ordinal);
        var kept = file
            .Where(service => Listed is null || front.ContainsKey(service.Name))
            .Select(service => !front.TryGetValue(service.Name, out var live) || (!IsStored(service.Name) && MemberChanges.Between(live, Carried(service)).Count == 0) ? service
                : HasFeatures(service) && Stored is null ? live with { Extras = service.Extras }
                : live);
        return [.. kept, .. front.Values.Where(service => !names.Contains(service.Name) && isOurs(service.Name))];
    }

    /// <summary>Services with the rows that precede them.</summary>
    public IReadOnlyList<GatewayService> GetInFront(IReadOnlyList<GatewayService> services) =>
        [.. (Stored ?? []).Where(row => services.All(service => service.Name != row.Name)), .. services];

    /// <summary>Where an effective service is defined, and its members that the admin API does not carry.</summary>
    /// <param name="file">Services of the file.</param>
    /// <param name="service">The effective service.</param>
    public ServiceDetail GetDetail(IReadOnlyList<GatewayService> file, GatewayService service)
    {
        var written = file.FirstOrDefault(one => one.Name == service.Name);

        // A service changed over the API keeps its other members until the next start, which removes them.
        return IsStored(service.Name) || written is null ? new ServiceDetail("database", null)
            : Listed is not null && Stored is null ? new ServiceDetail(ServedService.NotKnown, null)
            : Listed is null && Stored is null ? new ServiceDetail(ServedService.NotKnown, written.Extras)
            : new ServiceDetail("file", written.Extras);
    }

    /// <summary>Diagnostics of a roll-out about rows.</summary>
    /// <param name="desired">Services to be written.</param>
    /// <param name="isOurs">Whether a service that is not desired belongs to this store.</param>
    /// <param name="allowsMissingFeatures">Whether a service may lose rate limits and rewrite.</param>
    public IEnumerable<Diagnostic> GetDiagnostics(IReadOnlyList<GatewayService> desired, Func<string, bool> isOurs, bool allowsMissingFeatures)
    {
        if (Listed is null && Stored is null)
        {
            yield return Warn("rows_not_known", "The admin API of this file is on, and rows of Aperture's database may stand before its services: neither could be read (" + Trouble + ")");
            yield break;
        }

        var overriding = FindOverriding(desired);
        var featureless = Stored is null ? [] : desired.Where(service => HasFeatures(service) && IsStored(service.Name)).ToArray();
        if (featureless.Length > 0)
        {
            // A lifetime, a header or a constraint must never be lost.
            var canGoWithout = featureless.All(static service => service.Extras.All(static extra => ServiceExtras.CanGoWithout(extra) || ServiceExtras.IsScheme(extra)));
            var members = string.Join(", ", featureless.SelectMany(static service => service.Extras).Where(static extra => !ServiceExtras.IsScheme(extra)).Select(ServiceExtras.GetMember).Distinct());
            var message = "Rows of Aperture's database replace " + Names(featureless) + " and do not carry " + members + ": delete the rows (aperturecli services delete) and restart Aperture"
                + (canGoWithout ? ", or use -AllowMissingFeatures" : string.Empty);
            yield return allowsMissingFeatures && canGoWithout ? Warn("rows_lose_features", message) : RolloutRefusals.Create("rows_lose_features", message);
        }

        var differing = overriding.Where(row => MemberChanges.Between(row, Carried(desired.First(service => service.Name == row.Name))).Count > 0).ToArray();
        if (Listed is null)
        {
            var left = Stored!.Where(row => row.Sells && isOurs(row.Name) && desired.All(service => service.Name != row.Name)).ToArray();
            if (differing.Length + left.Length > 0)
            {
                yield return RolloutRefusals.Create("rows_before_file", "Rows of Aperture's database stand before the file and would be sold instead: " + Names([.. differing, .. left]) + ". The admin API could not be used to change them (" + Trouble + ")");
            }
            else if (!HoldsOrder(desired))
            {
                yield return RolloutRefusals.Create("rows_before_file", "Rows of Aperture's database stand before the file, and the order of the services is not kept: " + Names(Stored!));
            }
        }
        else if (differing.Where(row => Stored is not null).ToArray() is { Length: > 0 } rows)
        {
            if (rows.Where(row => row.Name.IndexOf('/') >= 0).ToArray() is { Length: > 0 } unreachable)
            {
                yield return RolloutRefusals.Create("rows_before_file", "Rows of Aperture's database stand before the file, and the admin API cannot change a name with \"/\": " + Names(unreachable));
            }

            yield return Warn("rows_changed", "Rows of Aperture's database replace services of the file and are changed through the admin API: " + Names(rows));
        }

        if (FindBefore(desired).Where(service => !isOurs(service.Name) && service.Sells).ToArray() is { Length: > 0 } before)
        {
            yield return RolloutRefusals.Create("row_before", "Services that are not in the file stand before it and may have requests of its services: " + Names(before) + ". Remove them (aperturecli services delete)");
        }
    }

    /// <summary>The diagnostic of services whose text in the file is overwritten while a row is served; empty for none.</summary>
    public static IEnumerable<Diagnostic> DiagnoseReplaced(IReadOnlyList<ServiceChange> replaced)
    {
        if (replaced.Count > 0)
        {
            var names = string.Join("; ", replaced.Take(MaxNames).Select(static one => one.Name + " (" + one.MemberNames + ")")) + (replaced.Count > MaxNames ? "; \u2026" : string.Empty);
            yield return Warn("file_text_replaced", "Rows of Aperture's database are served instead of services of the file, and what the file itself says of them is overwritten: " + names + ". Deleting such a row no longer brings it back");
        }
    }

    /// <summary>Names with their prices, the first of many.</summary>
    public static string Names(IReadOnlyCollection<GatewayService> services) =>
        string.Join(", ", services.Take(MaxNames).Select(service => service.Sells ? new SellingService(service.Name, service.EffectivePrice).ToString() : service.Name + (service.IsClosed ? " (closed)" : " (auth off)"))) + (services.Count > MaxNames ? ", \u2026" : string.Empty);

    private static Diagnostic Warn(string code, string message) => new() { Code = code, Severity = DiagnosticSeverity.Warn, Message = message };
}
