using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using LightningOps.Gateway;
using LightningOps.Json;
using LightningOps.Paywalls;

namespace LightningOps.Reconcile;

/// <summary>
/// The basis of a plan, as salted hashes: the gateway, the control plane and its switches. A roll-out of the plan
/// computes it again; differences are changes since then.
/// </summary>
public sealed record PlanBasis
{
    private const char CodeEnd = ' ';

    /// <summary>Salt of the hashes.</summary>
    public required string Salt { get; init; }

    /// <summary>Hash of each paywall, by id.</summary>
    public required IReadOnlyDictionary<string, string> Paywalls { get; init; }

    /// <summary>Hash of the order of the paywalls.</summary>
    public required string PaywallOrder { get; init; }

    /// <summary>Whether the global pause was set.</summary>
    public required bool GlobalPause { get; init; }

    /// <summary>Hash of each owner whose kill switch was set.</summary>
    public required IReadOnlyList<string> KilledOwners { get; init; }

    /// <summary>Hash of each service at the gateway, by name.</summary>
    public required IReadOnlyDictionary<string, string> Services { get; init; }

    /// <summary>Hash of the order of the services.</summary>
    public required string ServiceOrder { get; init; }

    /// <summary>Live configuration reported by the gateway, or null.</summary>
    public string? Live { get; init; }

    /// <summary>Hash of the gateway's file, with what is outside of its services; null if it has none.</summary>
    public string? File { get; init; }

    /// <summary>Code and hash of each finding of the plan; null in a plan of an earlier version.</summary>
    public IReadOnlyList<string>? Findings { get; init; }

    /// <summary>Whether it was known what the gateway serves; null in a plan of an earlier version.</summary>
    public bool? IsServedKnown { get; init; }

    /// <summary>Hash of the plan itself.</summary>
    public required string Plan { get; init; }

    /// <summary>A new salt.</summary>
    internal static string CreateSalt() => Guid.NewGuid().ToString("N");

    internal static PlanBasis Create(string salt, DesiredConfiguration wanted, GatewayState before, RolloutPlan plan)
    {
        var services = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var service in before.Services ?? [])
        {
            services[service.Name] = Hash(ArtifactJson.Serialize(service));
        }

        var paywalls = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var paywall in wanted.Paywalls)
        {
            paywalls[paywall.PaywallId] = Hash(ArtifactJson.Serialize(paywall));
        }

        return new PlanBasis
        {
            Salt = salt,
            Paywalls = paywalls,
            PaywallOrder = Hash(string.Join("\n", wanted.Paywalls.Select(static paywall => paywall.PaywallId))),
            GlobalPause = wanted.Security?.Global.GlobalPause == true,
            KilledOwners = GetKilled(wanted.Security).Select(owner => Hash(owner)).OrderBy(static hash => hash, StringComparer.Ordinal).ToArray(),
            Services = services,
            ServiceOrder = Hash(string.Join("\n", (before.Services ?? []).Select(static service => service.Name))),
            Live = before.Active?.ConfigHash,
            File = before.HashFile is { } hashFile ? Hash(hashFile()) : null,
            Findings = plan.Diagnostics.Select(found => found.Code + CodeEnd + Hash(found.ToString())).OrderBy(static finding => finding, StringComparer.Ordinal).ToArray(),
            IsServedKnown = plan.CurrentConfigHash is not null,
            Plan = Hash(ArtifactJson.Serialize(plan)),
        };

        string Hash(string text) => ComputeHash(salt, text);
    }

    /// <summary>Differences from the current basis, one sentence each, switches first; empty if there are none.</summary>
    /// <param name="now">The current basis, with the same salt.</param>
    /// <param name="security">The current switches.</param>
    internal IReadOnlyList<string> FindMoved(PlanBasis now, SecurityState? security)
    {
        var moved = new List<string>();
        if (now.GlobalPause != GlobalPause)
        {
            moved.Add("the global pause was " + (now.GlobalPause ? "set" : "lifted"));
        }

        // CI posts this, so owners are counted and not named.
        if (GetKilled(security).Count(owner => !KilledOwners.Contains(ComputeHash(Salt, owner))) is > 0 and var set)
        {
            moved.Add(FormattableString.Invariant($"{set} owner kill switch{(set == 1 ? " was" : "es were")} set (Get-L402SecurityState shows whose)"));
        }

        if (KilledOwners.Except(now.KilledOwners).Count() is > 0 and var lifted)
        {
            moved.Add(FormattableString.Invariant($"{lifted} kill switch{(lifted == 1 ? " was" : "es were")} lifted"));
        }

        Compare(moved, "control plane: paywall ", Paywalls, now.Paywalls);
        if (moved.Count == 0 && now.PaywallOrder != PaywallOrder)
        {
            moved.Add("control plane: the order of the paywalls was changed");
        }

        var count = moved.Count;
        Compare(moved, "gateway: service ", Services, now.Services);
        if (count == moved.Count && now.ServiceOrder != ServiceOrder)
        {
            moved.Add("gateway: the order of the services was changed");
        }

        if (count == moved.Count && now.Live != Live)
        {
            moved.Add("gateway: it serves another configuration");
        }

        // Its next start loads all of it.
        if (count == moved.Count && File is not null && now.File != File)
        {
            moved.Add("gateway: its file was changed, and no service in it");
        }

        if (moved.Count == 0 && now.Plan != Plan)
        {
            AddFindings(moved, now);
            if (IsServedKnown is { } wasKnown && now.IsServedKnown != wasKnown)
            {
                moved.Add(wasKnown ? "gateway: it is no longer known what it serves" : "gateway: it is known now what it serves");
            }

            if (moved.Count == 0)
            {
                moved.Add("the plan: another version of the module made it, or the gateway answered differently");
            }
        }

        return moved;
    }

    private void AddFindings(List<string> moved, PlanBasis now)
    {
        if (Findings is { } then && now.Findings is { } found)
        {
            moved.AddRange(found.Except(then, StringComparer.Ordinal).Select(static finding => "the plan: the finding " + GetCode(finding) + " was added"));
            moved.AddRange(then.Except(found, StringComparer.Ordinal).Select(static finding => "the plan: the finding " + GetCode(finding) + " was removed"));
        }
    }

    private static string GetCode(string finding) => finding.Substring(0, finding.IndexOf(CodeEnd));

    private static IEnumerable<string> GetKilled(SecurityState? security) => security?.OwnerControls.Where(static owner => owner.KillSwitch).Select(static owner => owner.OwnerId) ?? [];

    private static void Compare(List<string> moved, string what, IReadOnlyDictionary<string, string> then, IReadOnlyDictionary<string, string> now)
    {
        moved.AddRange(now.Keys.Where(name => !then.ContainsKey(name)).Select(name => what + name + " was added"));
        moved.AddRange(then.Keys.Where(name => !now.ContainsKey(name)).Select(name => what + name + " was removed"));
        moved.AddRange(now.Where(one => then.TryGetValue(one.Key, out var before) && before != one.Value).Select(one => what + one.Key + " was changed"));
    }

    private static string ComputeHash(string salt, string text)
    {
        using var hash = new HMACSHA256(Encoding.UTF8.GetBytes(salt));
        return Convert.ToBase64String(hash.ComputeHash(Encoding.UTF8.GetBytes(text)), 0, 15);
    }

    /// <summary>What the plan was made of, in a few words.</summary>
    public override string ToString() => FormattableString.Invariant($"{Paywalls.Count} paywalls, {Services.Count} services, live ") + (IsServedKnown == false ? "not known" : Live ?? "not known");
}
