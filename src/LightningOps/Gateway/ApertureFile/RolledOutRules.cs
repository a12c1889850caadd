using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using LightningOps.ApertureYaml;
using LightningOps.Compile;
using LightningOps.Files;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>
/// The rules last rolled out to a file, in a file beside it. An aperture.yaml does not contain the former terms of a
/// closed service. The two latest roll-outs are stored, each under its hash, so that a roll-back finds the rules of
/// the previous one.
/// </summary>
internal static class RolledOutRules
{
    private const string Ending = ".rules.json";
    private const int Kept = 2;

    /// <summary>The rules of the roll-out with a hash; empty if they are not recorded.</summary>
    public static IReadOnlyList<CompiledRule> Find(string path, string? hash) =>
        hash is null ? [] : Read(path).FirstOrDefault(one => one.ConfigHash == hash)?.Rules ?? [];

    /// <summary>Names of the services of all recorded roll-outs.</summary>
    public static IEnumerable<string> FindNames(string path) => Read(path).SelectMany(static one => one.Rules).Select(static rule => rule.ServiceName);

    /// <summary>Records the rules of a roll-out, and those of other stores' services that stay.</summary>
    /// <returns>Whether they could be recorded. A roll-out does not fail without them.</returns>
    public static bool TryWrite(string path, LiveFile after, GatewayRollout rollout, string? earlier)
    {
        try
        {
            var names = new HashSet<string>(rollout.Rules.Select(rule => rule.ServiceName), StringComparer.Ordinal);
            var stays = new HashSet<string>(after.Services.Select(service => service.Name).Where(name => !names.Contains(name)), StringComparer.Ordinal);
            var known = Read(path);
            var others = known.FirstOrDefault(one => one.ConfigHash == earlier)?.Rules.Where(rule => stays.Contains(rule.ServiceName)) ?? [];
            var latest = new RolledOut(rollout.ConfigHash, [.. rollout.Rules, .. others]);
            var kept = known.Where(one => one.ConfigHash != latest.ConfigHash).OrderByDescending(one => one.ConfigHash == earlier).Take(Kept - 1);
            AtomicFile.WriteLike(path + Ending, JsonSerializer.SerializeToUtf8Bytes(new[] { latest }.Concat(kept)), path);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Records that services of a roll-out were reopened in place, so that a later switch which is released opens them again.</summary>
    /// <param name="path">The aperture.yaml.</param>
    /// <param name="hash">The hash of the roll-out; null for none.</param>
    /// <param name="reopened">Their rules, open.</param>
    /// <returns>Whether it could be recorded, or nothing had to be.</returns>
    public static bool TryReopen(string path, string? hash, IReadOnlyList<CompiledRule> reopened)
    {
        try
        {
            var names = new HashSet<string>(reopened.Select(static rule => rule.ServiceName), StringComparer.Ordinal);
            var known = Read(path);
            if (hash is null || !known.Any(one => one.ConfigHash == hash && one.Rules.Any(rule => rule.IsClosed && names.Contains(rule.ServiceName))))
            {
                return true;
            }

            var after = known.Select(one => one.ConfigHash != hash ? one : one with { Rules = one.Rules.Select(rule => names.Contains(rule.ServiceName) ? rule with { ClosedBy = null } : rule).ToArray() });
            AtomicFile.WriteLike(path + Ending, JsonSerializer.SerializeToUtf8Bytes(after), path);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static IReadOnlyList<RolledOut> Read(string path)
    {
        try
        {
            return UnixFile.IsRegular(path + Ending) ? JsonSerializer.Deserialize<RolledOut[]>(File.ReadAllBytes(path + Ending)) ?? [] : [];
        }
        catch (Exception failure) when (failure is JsonException or NotSupportedException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private sealed record RolledOut(string ConfigHash, IReadOnlyList<CompiledRule> Rules);
}
