using System;
using System.Globalization;
using System.IO;
using System.Linq;
using LightningOps.Artifacts;
using LightningOps.Files;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>Earlier versions of a file, in a folder beside it: <c>000012.dep_x.yaml</c> is what deployment dep_x replaced.</summary>
internal sealed class KeptVersions
{
    private const string Ending = ".yaml";
    private const int NumberDigits = 6;
    private readonly string path;
    private readonly string folder;
    private readonly int most;

    public KeptVersions(string path, int most)
    {
        this.path = path;
        folder = path + ".versions";
        this.most = most;
    }

    /// <summary>
    /// Keeps a version, unless the latest kept is the same. It has the group and the mode of the file, so that another
    /// operator of that group may keep the next.
    /// </summary>
    /// <exception cref="IOException">It cannot be kept.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be kept.</exception>
    public void Keep(byte[] content, string deploymentId)
    {
        if (most <= 0)
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
            + "." + SafeName(deploymentId) + Ending;
        AtomicFile.WriteLike(Path.Combine(folder, name), content, path);
    }

    /// <summary>Keeps a version where it can be kept: nothing waits for it.</summary>
    public void TryKeep(byte[] content, string deploymentId)
    {
        try
        {
            Keep(content, deploymentId);
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
        foreach (var version in kept.Take(Math.Max(0, kept.Length - most)))
        {
            File.Delete(version.Path);
        }
    }

    private static string SafeName(string deploymentId) =>
        new(deploymentId.Select(c => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_' or '-' ? c : '_').Take(100).ToArray());

    private (int Number, string Path)[] Numbered() => Directory.GetFiles(folder, "*" + Ending)
        .Select(path => (Number: NumberOf(Path.GetFileName(path)), Path: path))
        .Where(version => version.Number > 0)
        .OrderBy(version => version.Number)
        .ToArray();

    private static int NumberOf(string name) =>
        int.TryParse(name.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
