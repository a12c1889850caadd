using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.ApertureYaml;

namespace LightningOps.Gateway.Planning;

/// <summary>
/// What holders of sold credentials can do after a change. A credential names only its service, so that only another
/// name, a revoke or a lost database ends it (docs/reference/aperture.md#credentials-at-run-time).
/// </summary>
internal static class HolderAccesses
{
    private const string Scheme = "authscheme=";
    private const string DynamicPrice = "dynamicprice.enabled=true";

    /// <summary>Access to a service whose name is new.</summary>
    /// <param name="former">Removed service that matched the same requests, or null.</param>
    /// <param name="added">The service.</param>
    public static HolderAccess ForAdded(GatewayService? former, GatewayService added) =>
        added.HasPortZero ? HolderAccess.Suspended
        : !added.Sells ? HolderAccess.Free
        : former is not null && (former.Sells || IsShut(former)) ? HolderAccess.Refused
        : HolderAccess.IfSoldEarlier;

    /// <summary>Access to a removed service.</summary>
    /// <param name="removed">The service.</param>
    /// <param name="isDuplicate">Whether another service of the same name stays.</param>
    public static HolderAccess ForRemoved(GatewayService removed, bool isDuplicate) =>
        isDuplicate ? HolderAccess.AsBefore
        : removed.Sells || IsShut(removed) ? HolderAccess.Suspended
        : HolderAccess.Free;

    /// <summary>Access to a service that keeps its name.</summary>
    /// <param name="served">The service before.</param>
    /// <param name="desired">The service after.</param>
    /// <param name="growth">Decides whether it matches more requests.</param>
    public static HolderAccess ForKept(GatewayService served, GatewayService desired, MatchGrowth growth) =>
        desired.HasPortZero ? HolderAccess.Suspended
        : !desired.Sells ? HolderAccess.Free
        : IsDynamic(served) != IsDynamic(desired) && served.Sells ? HolderAccess.Refused
        : !served.Sells && !IsShut(served) ? HolderAccess.IfSoldEarlier
        : served.Sells && RefusesMore(GetScheme(served.Extras), GetScheme(desired.Extras)) ? HolderAccess.PartlyRefused
        : !IsDynamic(desired) && ((served.Sells && desired.EffectivePrice > served.EffectivePrice) || growth.MatchesMore(served, desired)) ? HolderAccess.MoreThanPaidFor
        : HolderAccess.AsBefore;

    /// <summary>Whether credentials of a service never expire. Aperture looks the lifetime up by name and price, and not for a dynamic price.</summary>
    public static bool SellsForEver(GatewayService service) =>
        service.Sells && (IsDynamic(service) || service.PriceSats == 0 || !service.Extras.Any(static extra => extra.StartsWith("timeout=", StringComparison.Ordinal)));

    /// <summary>Scheme of a service, or null when it accepts every enabled one.</summary>
    public static string? GetScheme(IEnumerable<string> extras) =>
        extras.FirstOrDefault(static extra => extra.StartsWith(Scheme, StringComparison.Ordinal))?.Substring(Scheme.Length);

    /// <summary>Whether one of two schemes refuses what the other accepts.</summary>
    public static bool RefusesMore(string? served, string? desired) =>
        (AuthSchemes.Accepts(served, AuthSchemes.L402) && !AuthSchemes.Accepts(desired, AuthSchemes.L402))
        || (AuthSchemes.Accepts(served, AuthSchemes.Payment) && !AuthSchemes.Accepts(desired, AuthSchemes.Payment));

    /// <summary>With a dynamic price a credential names the path after the service.</summary>
    private static bool IsDynamic(GatewayService service) => service.Extras.Contains(DynamicPrice, StringComparer.Ordinal);

    /// <summary>
    /// Whether it was closed, so that it may have been sold before. At port 9 it was closed by an earlier version, and
    /// serves everybody free of charge if a process listens there.
    /// </summary>
    private static bool IsShut(GatewayService service) => !service.Sells && (service.HasPortZero || service.IsClosedAtFormerAddress);
}

/// <summary>Text of what holders of sold credentials can do.</summary>
internal static class HolderText
{
    private const int MaxNamed = 10;
    private static readonly Dictionary<HolderAccess, string> Names = new()
    {
        [HolderAccess.MoreThanPaidFor] = "open more than was paid for",
        [HolderAccess.Suspended] = "open nothing for now",
        [HolderAccess.PartlyRefused] = "refused in part",
        [HolderAccess.Refused] = "refused",
    };

    /// <summary>The sentence of a change.</summary>
    public static string Format(ServiceChange change) => change.Holders switch
    {
        HolderAccess.MoreThanPaidFor => FormatMore(change),
        HolderAccess.IfSoldEarlier => (change.RenamedFrom is { } former ? "was " + former + ", which was free: " : change.Kind == ServiceChangeKind.Changed ? "free until now: " : string.Empty)
            + "credentials sold earlier under this name open it",
        HolderAccess.Free when change.Members.Any(static member => member is { Member: "address", NewValue: GatewayService.FormerClosedAddress }) => "no credential is needed: it is free of charge if a process listens on port 9, and fails otherwise",
        HolderAccess.Free when change.Kind == ServiceChangeKind.Removed => "was free: no credential ends",
        HolderAccess.Free when change.Members.Any(static member => member.Member == "auth") => "free from now on: no credential is needed, and those sold before open it again when it is sold again",
        HolderAccess.Free => "free: no credential is needed",
        HolderAccess.Suspended when change.Kind == ServiceChangeKind.Removed => "credentials sold before open nothing while it is absent, and open it again when a service of this name is back",
        HolderAccess.Suspended when change.FailsAtPortZero => "credentials sold before open nothing while its address has port 0, and those sold meanwhile do not either",
        HolderAccess.Suspended => "credentials sold before open nothing while it is closed, and open it again afterwards",
        HolderAccess.PartlyRefused => FormatScheme(change),
        HolderAccess.Refused when change.RenamedFrom is { } former => "was " + former + ": credentials sold under that name do not open it; only a service of that name accepts them",
        HolderAccess.Refused => "credentials sold before are refused: with dynamicprice they name the path, without it the service only",
        _ when change.Kind == ServiceChangeKind.Opened => "credentials sold before open it again",
        _ when change.Members.Any(EndsFailure) => "its requests failed until now (502); credentials sold before open it" + (change.Members.Any(IsMatch) ? ", for the requests it still matches" : string.Empty),
        _ when change.Members.Any(IsMatch) && !change.Members.Any(IsTerm) => "credentials sold before open it as before, for the requests it still matches",
        _ when change.Kind == ServiceChangeKind.Removed => "another service of this name stays, and credentials sold before open that",
        _ when change.Members.Any(IsTerm) => "credentials sold before open it as before, with the lifetime and limits they were sold with",
        _ => "credentials sold before open it as before",
    };

    /// <summary>Services whose holders can do more or less than before, grouped by what they can do; null for none.</summary>
    public static string? FormatSummary(IReadOnlyList<ServiceChange> changes)
    {
        var groups = changes.Where(static change => change.Holders is not (HolderAccess.AsBefore or HolderAccess.IfSoldEarlier or HolderAccess.Free)).GroupBy(static change => change.Holders, static change => change.Name).OrderBy(static group => group.Key);
        var text = string.Join("; ", groups.Select(static group => Names[group.Key] + ": " + string.Join(", ", group.Distinct(StringComparer.Ordinal).Take(MaxNamed)) + (group.Distinct(StringComparer.Ordinal).Count() > MaxNamed ? ", \u2026" : string.Empty)));
        return text.Length == 0 ? null : text;
    }

    private static string FormatMore(ServiceChange change)
    {
        var price = change.Members.FirstOrDefault(MemberChanges.IsPrice);
        var isOther = change.Members.Any(IsMatch);
        return "credentials sold before" + (price is null or { OldValue: "" } ? string.Empty : " for " + price.OldValue + " sat")
            + " open it" + (price is null ? string.Empty : " at " + price.NewValue + " sat, too")
            + (isOther ? ", with all requests it matches now" : string.Empty)
            + (change.SoldForATime ? "; only the lifetime they were sold with, another name or a revoke ends them" : "; only another name or a revoke ends them");
    }

    private static string FormatScheme(ServiceChange change)
    {
        var scheme = change.Members.FirstOrDefault(static member => member.Member == "authscheme");
        var refused = scheme?.NewValue == "mpp" ? "L402 credentials" : "Payment credentials";
        return "while the gateway offers Payment, " + refused + " sold before are refused; others open it as before";
    }

    /// <summary>Aperture forwards no request over another protocol.</summary>
    private static bool EndsFailure(MemberChange member) => member is { Member: "protocol", OldValue: not ("" or "http" or "https") };

    private static bool IsMatch(MemberChange member) => member.Member is MemberChanges.HostRegexp or MemberChanges.PathRegexp;

    /// <summary>A price that is written out brings the terms into force.</summary>
    private static bool IsTerm(MemberChange member) =>
        MemberChanges.IsTerm(member.Member) || (member.Member == MemberChanges.Price && !MemberChanges.IsPrice(member));
}
