using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization;
using LightningOps.ApertureYaml;
using LightningOps.Files;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>Earlier versions of a file, in a folder beside it. <c>000012.dep_x.cfg_0123456789ab.yaml</c> holds deployment dep_x with the services of that hash.</summary>
internal sealed class KeptVersions
{
    private const string Ending = ".yaml";
    private const int NumberDigits = 6;
    private const int MaxHashLength = 16;
    private readonly string path;
    private readonly string folder;
    private readonly int max;

    public KeptVersions(string path, int most)
    {
        this.path = path;
        folder = path + ".versions";
        this.max = most;
    }

    /// <summary>
    /// Keeps a version unless it equals the latest one. It has the group and the mode of the file, so that another
    /// operator of that group can keep the next one.
    /// </summary>
    /// <exception cref="IOException">It cannot be kept.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be kept.</exception>
    /// <param name="content">The file's bytes.</param>
    /// <param name="deploymentId">Its deployment; null if its services belong to no recorded one.</param>
    /// <param name="hash">Hash of its services, or null for none.</param>
    public void Save(byte[] content, string? deploymentId, string? hash)
    {
        if (max <= 0)
        {
            return;
        }

        MakeFolder();
        var latest = Numbered().LastOrDefault();
        if (latest.Path is not null && File.ReadAllBytes(latest.Path).AsSpan().SequenceEqual(content))
        {
            return;
        }

        var name = (latest.Number + 1).ToString("D" + NumberDigits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
            + "." + SafeName(deploymentId ?? "unrecorded") + (hash is { } known ? "." + SafeName(known.Length > MaxHashLength ? known.Substring(0, MaxHashLength) : known) : string.Empty) + Ending;
        AtomicFile.WriteLike(Path.Combine(folder, name), content, path);
    }

    /// <summary>Keeps a version if possible; services are closed without it.</summary>
    /// <returns>Why it was not kept; null if it was.</returns>
    public string? TryKeep(byte[] content, string? deploymentId, string? hash)
    {
        try
        {
            Save(content, deploymentId, hash);
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return failure.Message;
        }
    }

    private void MakeFolder()
    {
        if (UnixFile.IsUnix && UnixFileStatus.FindItself(folder) is { IsFolder: false })
        {
            throw new IOException(folder + " is not a folder, so previous versions cannot be kept. Remove it.");
        }

        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            FileAccessRights.Find(path)?.ApplyGroupAndModeToFolder(folder);
        }
    }

    /// <summary>Removes all but the latest versions.</summary>
    public void Prune()
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        var kept = Numbered();
        foreach (var version in kept.Take(Math.Max(0, kept.Length - max)))
        {
            File.Delete(version.Path);
        }
    }

    private static string SafeName(string deploymentId) =>
        new(deploymentId.Select(c => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_' or '-' ? c : '_').Take(100).ToArray());

    private (int Number, string Path)[] Numbered() => Directory.GetFiles(folder, "*" + Ending)
        .Select(path => (Number: GetNumber(Path.GetFileName(path)), Path: path))
        .Where(version => version.Number > 0)
        .OrderBy(version => version.Number)
        .ToArray();

    private static int GetNumber(string name) =>
        int.TryParse(name.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}

/// <summary>
/// The deployment of a file's services, and the evidence that Aperture has loaded them. It is written as not known
/// before the file is written, and again when a load was observed. It applies only if its hash is that of the file's
/// bytes; after a manual edit it does not apply.
/// </summary>
internal sealed record LoadedRecord(string? DeploymentId, string ConfigHash)
{
    /// <summary>Evidence of the load. A record of an earlier version did not check it.</summary>
    public LiveEvidence Evidence { get; init; }

    /// <summary>The service whose price shows the load: the only change since a known load; null when no price shows it.</summary>
    public string? ShownBy { get; init; }

    /// <summary>Whether an admin API list equal to the written services shows the load: since the last known load only listed members have changed.</summary>
    public bool ListShows { get; init; }

    /// <summary>
    /// Write time of the file that was seen loaded, ticks of UTC. A file restored since then may have been loaded
    /// with other content in between. Null in a record of an earlier version.
    /// </summary>
    public long? WrittenAt { get; init; }

    /// <summary>When that file was last changed in any way, by the system's own clock of it (<see cref="UnixFileStatus.ChangedAt"/>): a copy that is put back may keep its time of writing, and not this. Null where the system has none, or in an earlier record.</summary>
    public long? ChangedAt { get; init; }

    /// <summary>How long the last start took that was seen, milliseconds; null where none was. It counts whatever the file has since become.</summary>
    public long? StartMs { get; init; }

    /// <summary>Durations of the last observed starts in milliseconds, newest last; null in a record of an earlier version.</summary>
    public IReadOnlyList<long>? StartsMs { get; init; }

    /// <summary>This record with one more start; at most ten are kept.</summary>
    public LoadedRecord WithStart(TimeSpan? seen)
    {
        const int kept = 10;
        if (seen is not { } took)
        {
            return this;
        }

        var starts = (StartsMs ?? []).Append((long)took.TotalMilliseconds).ToArray();
        return this with { StartMs = (long)took.TotalMilliseconds, StartsMs = starts.Skip(Math.Max(0, starts.Length - kept)).ToArray() };
    }

    /// <summary>The last start seen.</summary>
    [JsonIgnore]
    public TimeSpan? LastStart => StartMs is > 0 and < int.MaxValue ? TimeSpan.FromMilliseconds(StartMs.Value) : null;

    private const string Ending = ".deployment.json";

    /// <summary>Owner of each service at its last roll-out. It applies even if the file has changed.</summary>
    public IReadOnlyDictionary<string, string>? Owners { get; init; }

    /// <summary>Store that made each service, null if it has no name; null in a record of an earlier version. It applies even if the file has changed.</summary>
    public IReadOnlyDictionary<string, string?>? Made { get; init; }

    /// <summary>Hash of the last roll-out or reopening, whose rules are recorded beside the file; null if they are not. It applies even if the file has changed.</summary>
    public string? RolledOut { get; init; }

    /// <summary>Hash of all services of the file, if it has others besides those of the deployment; null if not.</summary>
    public string? AllServices { get; init; }

    /// <summary>Whether a close wrote it without an earlier record. It then does not state who made the services.</summary>
    public bool IsOfClose { get; init; }

    /// <summary>Who stopped the gateway; null if nobody did. It applies even if the file has changed.</summary>
    public GatewayStop? Stop { get; init; }

    /// <summary>
    /// Former state of services of others that a global pause closed through the admin API; null for none. They apply
    /// even if the file has changed.
    /// </summary>
    public IReadOnlyList<GatewayService>? Others { get; init; }

    /// <summary>The record of the services with this hash, or null.</summary>
    public static LoadedRecord? Find(string path, string? served)
    {
        return Read(path) is not { } record || !record.Counts(served) ? null
            : (record.WrittenAt is { } written && written != GetWriteTime(path)) || (record.ChangedAt is { } changed && changed != GetChangeTime(path)) ? record.NotSeen()
            : record;
    }

    /// <summary>Last write time of the file, ticks of UTC.</summary>
    public static long GetWriteTime(string path) => File.GetLastWriteTimeUtc(path).Ticks;

    /// <summary>When the file was last changed in any way; null where the system does not say.</summary>
    public static long? GetChangeTime(string path) => UnixFileStatus.Find(path)?.ChangedAt;

    /// <summary>The record, whether it counts for the file or not; null where there is none that can be read.</summary>
    public static LoadedRecord? FindAny(string path) => Read(path);

    /// <summary>The recorded origins of services, even if the file has changed.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="file">The file.</param>
    /// <param name="store">Store that asks; null if it has no name.</param>
    public static ServiceOrigins GetOrigins(string path, LiveFile file, string? store)
    {
        var read = Read(path);
        return read is { IsOfClose: false } record ? new ServiceOrigins(record.FindNames(file, store), record.Owners, () => RolledOutRules.Find(path, record.RolledOut)) { EarlierNames = () => RolledOutRules.FindNames(path) } : ServiceOrigins.NotRecorded with { IsRecordAbsent = read is not null || !File.Exists(path + Ending) };
    }

    /// <summary>The maker of each service after a roll-out: this store for its services, the recorded one for others.</summary>
    public static IReadOnlyDictionary<string, string?> GetMakers(LoadedRecord? earlier, LiveFile file, IEnumerable<string> names, string? store)
    {
        var made = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var service in file.Services)
        {
            if (earlier?.Made is { } known && known.TryGetValue(service.Name, out var maker))
            {
                made[service.Name] = maker;
            }
        }

        foreach (var name in names)
        {
            made[name] = store;
        }

        return made;
    }

    /// <summary>Owners after a roll-out: of its services, and the recorded ones of others that stay.</summary>
    public static IReadOnlyDictionary<string, string> GetOwners(LoadedRecord? earlier, LiveFile file, IReadOnlyDictionary<string, string> ours)
    {
        var owners = ours.ToDictionary(one => one.Key, one => one.Value, StringComparer.Ordinal);
        foreach (var name in file.Services.Select(service => service.Name).Where(name => !ours.ContainsKey(name)))
        {
            if (earlier?.Owners is { } known && known.TryGetValue(name, out var owner))
            {
                owners[name] = owner;
            }
        }

        return owners;
    }

    // A record of an earlier version names owners, or applies to a file without others.
    private IEnumerable<string> FindNames(LiveFile file, string? store) =>
        Made is not null ? Made.Where(one => one.Value is null || store is null || one.Value == store).Select(one => one.Key)
        : Owners is not null ? Owners.Keys
        : Counts(file.ConfigHash) ? file.Services.Select(service => service.Name)
        : [];

    private bool Counts(string? all) => (AllServices ?? ConfigHash) == all;

    /// <summary>Who stopped the gateway, or null.</summary>
    public static GatewayStop? FindStop(string path) => Read(path)?.Stop;

    private static LoadedRecord? Read(string path)
    {
        try
        {
            return UnixFile.IsRegular(path + Ending) ? JsonSerializer.Deserialize<LoadedRecord>(File.ReadAllBytes(path + Ending)) : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The same deployment with a load that is not known.</summary>
    public LoadedRecord NotSeen() => this with { Evidence = LiveEvidence.NotKnown, ShownBy = null, ListShows = false, WrittenAt = null, ChangedAt = null };

    public void Write(string path) => AtomicFile.WriteLike(path + Ending, JsonSerializer.SerializeToUtf8Bytes(this), path);

    public static void Delete(string path) => File.Delete(path + Ending);
}

/// <summary>A file that was restored after a failed apply, so that a roll-back to it need not wait for a second reload.</summary>
/// <param name="file">The file.</param>
/// <param name="failure">Why it was not loaded, or null.</param>
internal sealed class RestoredFile(LiveFile file, string? failure)
{
    /// <summary>The file.</summary>
    public LiveFile File => file;

    /// <summary>Why it was not loaded, or null.</summary>
    public string? Failure => failure;

    /// <summary>Whether another reload would change nothing: the file was loaded, or had its full time.</summary>
    public bool IsSettled => failure is null || failure.StartsWith(ReloadCommand.TimedOut, StringComparison.Ordinal);
}
