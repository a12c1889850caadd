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
/// closed service. The two latest are stored, each under the hash of its configuration, so that a roll-back finds the
/// rules of the previous one. A reopening in place is recorded, too: what it opened sells until something denies it again.
/// </summary>
internal static class RolledOutRules
{
    private const string Ending = ".rules.json";
    private const int Kept = 2;

    /// <summary>The rules of the roll-out with a hash; empty if they are not recorded.</summary>
    public static IReadOnlyList<CompiledRule> Find(string path, string? hash) =>
        hash is null ? [] : Find(Read(path), hash);

    /// <summary>Names of the services of all recorded roll-outs.</summary>
    public static IEnumerable<string> FindNames(string path) => Read(path).SelectMany(static one => one.Rules).Select(static rule => rule.ServiceName);

    /// <summary>Records the rules of a roll-out, and those of other stores' services that stay.</summary>
    /// <returns>Whether they could be recorded. A roll-out does not fail without them.</returns>
    public static bool TryWrite(string path, LiveFile after, GatewayRollout rollout, string? earlier)
    {
        var known = Read(path);
        var names = new HashSet<string>(rollout.Rules.Select(rule => rule.ServiceName), StringComparer.Ordinal);
        var stays = new HashSet<string>(after.Services.Select(service => service.Name).Where(name => !names.Contains(name)), StringComparer.Ordinal);
        return TryWrite(path, new RolledOut(rollout.ConfigHash, [.. rollout.Rules, .. Find(known, earlier).Where(rule => stays.Contains(rule.ServiceName))]), known, earlier);
    }

    /// <summary>Records under the hash of the file that services were reopened.</summary>
    /// <returns>Whether there were rules, and they could be recorded. A reopening does not fail without them.</returns>
    public static bool TryWrite(string path, LiveFile after, GatewayReopening reopening, string? earlier)
    {
        var known = Read(path);
        return Find(known, earlier) is { Count: > 0 } rules && TryWrite(path, new RolledOut(after.ConfigHash!, reopening.Open(rules)), known, earlier);
    }

    private static bool TryWrite(string path, RolledOut latest, IReadOnlyList<RolledOut> known, string? earlier)
    {
        try
        {
            var kept = known.Where(one => one.ConfigHash != latest.ConfigHash).OrderByDescending(one => one.ConfigHash == earlier).Take(Kept - 1);
            AtomicFile.WriteLike(path + Ending, JsonSerializer.SerializeToUtf8Bytes(new[] { latest }.Concat(kept)), path);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static IReadOnlyList<CompiledRule> Find(IReadOnlyList<RolledOut> known, string? hash) =>
        hash is null ? [] : known.FirstOrDefault(one => one.ConfigHash == hash)?.Rules ?? [];

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
