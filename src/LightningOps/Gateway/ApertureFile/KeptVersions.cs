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

/// <summary>Earlier versions of a file, in a folder beside it: <c>000012.dep_x.cfg_0123456789ab.yaml</c> holds deployment dep_x, and the services of that hash.</summary>
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
    /// Keeps a version, unless the latest kept is the same. It has the group and the mode of the file, so that another
    /// operator of that group may keep the next.
    /// </summary>
    /// <exception cref="IOException">It cannot be kept.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be kept.</exception>
    /// <param name="content">The file's bytes.</param>
    /// <param name="deploymentId">The deployment it holds; null where its services are of no recorded one.</param>
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

    /// <summary>Keeps a version where it can be kept: nothing waits for it.</summary>
    public void TryKeep(byte[] content, string? deploymentId, string? hash)
    {
        try
        {
            Save(content, deploymentId, hash);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // What is to be closed is closed without it.
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

    /// <summary>Lets go of all but the latest.</summary>
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
/// Which deployment the services of a file are, and how it is known that Aperture has loaded them: written as not known
/// before the file is, and again when a load was seen. It counts only where its hash is the one of the file's own bytes:
/// after an edit by hand it says nothing.
/// </summary>
internal sealed record LoadedRecord(string? DeploymentId, string ConfigHash)
{
    /// <summary>How the load is known; a record of an earlier version, which did not look, says nothing of it.</summary>
    public LiveEvidence Evidence { get; init; }

    /// <summary>The service whose price shows whether it is loaded: the only change since a known load; null when no price does.</summary>
    public string? ShownBy { get; init; }

    /// <summary>Whether a list of the admin API that is what is written shows its load: since the last known load nothing changed that is not listed.</summary>
    public bool ListShows { get; init; }

    /// <summary>When the file was written that was seen loaded, ticks of UTC; one put back since was loaded between, perhaps as another. Null in an earlier record.</summary>
    public long? WrittenAt { get; init; }

    /// <summary>When that file was last changed in any way, by the system's own clock of it (<see cref="UnixFileStatus.ChangedAt"/>): a copy that is put back may keep its time of writing, and not this. Null where the system has none, or in an earlier record.</summary>
    public long? ChangedAt { get; init; }

    /// <summary>How long the last start took that was seen, milliseconds; null where none was. It counts whatever the file has since become.</summary>
    public long? StartMs { get; init; }

    /// <summary>How long the last starts took that were seen, milliseconds, the newest last; null in a record of an earlier version.</summary>
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

    /// <summary>Owner of each service as last rolled out; it counts whatever the file has since become.</summary>
    public IReadOnlyDictionary<string, string>? Owners { get; init; }

    /// <summary>Store that made each service, null where it has no name; null in a record of an earlier version. It counts whatever the file has since become.</summary>
    public IReadOnlyDictionary<string, string?>? Made { get; init; }

    /// <summary>Hash of the last roll-out, whose rules are recorded beside the file; null where they are not. It counts whatever the file has since become.</summary>
    public string? RolledOut { get; init; }

    /// <summary>Hash of all services of the file, where it has others beside those of the deployment; null where it has none.</summary>
    public string? AllServices { get; init; }

    /// <summary>Whether a close wrote it where nothing was recorded: then it says nothing of who made the services.</summary>
    public bool IsOfClose { get; init; }

    /// <summary>Who stopped the gateway; null when nobody did. It counts whatever the file has since become.</summary>
    public GatewayStop? Stop { get; init; }

    /// <summary>
    /// Services that were not made here and that a global pause closed through the admin API, too, as they stood before; null for none. They count
    /// whatever the file has since become.
    /// </summary>
    public IReadOnlyList<GatewayService>? Others { get; init; }

    /// <summary>The record of the services with this hash, or null.</summary>
    public static LoadedRecord? Find(string path, string? served)
    {
        return Read(path) is not { } record || !record.Counts(served) ? null
            : (record.WrittenAt is { } written && written != GetWriteTime(path)) || (record.ChangedAt is { } changed && changed != GetChangeTime(path)) ? record.NotSeen()
            : record;
    }

    /// <summary>When the file was last written, ticks of UTC.</summary>
    public static long GetWriteTime(string path) => File.GetLastWriteTimeUtc(path).Ticks;

    /// <summary>When the file was last changed in any way; null where the system does not say.</summary>
    public static long? GetChangeTime(string path) => UnixFileStatus.Find(path)?.ChangedAt;

    /// <summary>The record, whether it counts for the file or not; null where there is none that can be read.</summary>
    public static LoadedRecord? FindAny(string path) => Read(path);

    /// <summary>What is recorded of services, whatever the file has since become.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="file">The file.</param>
    /// <param name="store">Store that asks; null for one without a name.</param>
    public static ServiceOrigins GetOrigins(string path, LiveFile file, string? store)
    {
        var read = Read(path);
        return read is { IsOfClose: false } record ? new ServiceOrigins(record.FindNames(file, store), record.Owners, () => RolledOutRules.Find(path, record.RolledOut)) : ServiceOrigins.NotRecorded with { IsRecordAbsent = read is not null || !File.Exists(path + Ending) };
    }

    /// <summary>Who made each service after a roll-out: those of the roll-out this store, the others whoever it was.</summary>
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

    /// <summary>Owners after a roll-out: those of its services, and as recorded of the others that stay.</summary>
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

    // One of an earlier version names owners, or counts for a file that had no others.
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

    /// <summary>Whether another reload would tell nothing new: it was loaded, or had its whole time.</summary>
    public bool IsSettled => failure is null || failure.StartsWith(ReloadCommand.TimedOut, StringComparison.Ordinal);
}
