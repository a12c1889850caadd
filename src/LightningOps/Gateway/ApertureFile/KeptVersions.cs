using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
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
    public void Save(byte[] content, string? deploymentId, ConfigHash? hash)
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
            + "." + SafeName(deploymentId ?? "unrecorded") + (hash is { } known ? "." + SafeName(known.Value.Length > MaxHashLength ? known.Value.Substring(0, MaxHashLength) : known.Value) : string.Empty) + Ending;
        AtomicFile.WriteLike(Path.Combine(folder, name), content, path);
    }

    /// <summary>Keeps a version where it can be kept: nothing waits for it.</summary>
    public void TryKeep(byte[] content, string? deploymentId, ConfigHash? hash)
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
            throw new IOException(folder + " is no folder, and no version is kept through it: remove it.");
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

    private const string Ending = ".deployment.json";

    /// <summary>Owner of each service as last rolled out; it counts whatever the file has since become.</summary>
    public IReadOnlyDictionary<string, string>? Owners { get; init; }

    /// <summary>Who stopped the gateway; null when nobody did. It counts whatever the file has since become.</summary>
    public GatewayStop? Stop { get; init; }

    /// <summary>The record of the services with this hash, or null.</summary>
    public static LoadedRecord? Find(string path, ConfigHash? served)
    {
        return Read(path) is { } record && record.ConfigHash == served?.Value ? record : null;
    }

    /// <summary>Owners as last rolled out, or null where none are recorded.</summary>
    public static IReadOnlyDictionary<string, string>? FindOwners(string path) => Read(path)?.Owners;

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
    public LoadedRecord NotSeen() => this with { Evidence = LiveEvidence.NotKnown, ShownBy = null };

    public void Write(string path) => AtomicFile.WriteLike(path + Ending, JsonSerializer.SerializeToUtf8Bytes(this), path);

    public static void Delete(string path) => File.Delete(path + Ending);
}

/// <summary>A file that was put back when an apply failed: whoever then goes back to it need not wait for its reload twice.</summary>
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
