using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using LightningOps.Files;

namespace LightningOps.ControlPlane.Offline;

/// <summary>A denial that was set while the control plane was not reachable and that it does not know yet.</summary>
public sealed record PendingSwitch
{
    /// <summary>Name of its control plane.</summary>
    public required string ControlPlane { get; init; }

    /// <summary>Owner whose kill switch is set; null for the global pause.</summary>
    public string? OwnerId { get; init; }

    /// <summary>Reason, for people.</summary>
    public string? Reason { get; init; }

    /// <summary>User who set it.</summary>
    public string? UpdatedBy { get; init; }

    /// <summary>Time when it was set, by the clock of this machine, Unix milliseconds.</summary>
    public required long SetAtMs { get; init; }

    /// <summary>The switch for people.</summary>
    public override string ToString() => OwnerId is null ? "the global pause" : "the kill switch of " + OwnerId;
}

/// <summary>The pending switches of this user, in a file beside the local store, which is always written completely.</summary>
internal sealed class PendingSwitches
{
    private const int LockTries = 100;
    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(30);
    private readonly string path;
    private readonly string controlPlane;

    /// <param name="path">The file.</param>
    /// <param name="controlPlane">Name of the control plane.</param>
    public PendingSwitches(string path, string controlPlane)
    {
        this.path = path;
        this.controlPlane = controlPlane;
    }

    /// <summary>Switches of the control plane, in the order in which they were set.</summary>
    /// <exception cref="ConfigException">The file is damaged or cannot be read; the pending switches are not known.</exception>
    public IReadOnlyList<PendingSwitch> Read() => ReadAll().Where(one => one.ControlPlane == controlPlane).ToArray();

    /// <summary>Whether there are any, or it cannot be read whether there are.</summary>
    public bool MayHaveAny()
    {
        try
        {
            return Read().Count > 0;
        }
        catch (ConfigException)
        {
            return true;
        }
    }

    /// <summary>Keeps a switch until the control plane knows it; it replaces an earlier one of the same subject.</summary>
    /// <exception cref="ConfigException">It cannot be kept.</exception>
    public void Add(PendingSwitch added) => Write(all => [.. all.Where(one => !IsSame(one, added)), added]);

    /// <summary>Drops a switch that the control plane knows, or that a later one overrules; one set since then stays.</summary>
    /// <exception cref="ConfigException">The file cannot be written.</exception>
    public void Remove(PendingSwitch removed) => Write(all => [.. all.Where(one => one != removed)]);

    private static bool IsSame(PendingSwitch one, PendingSwitch other) => one.ControlPlane == other.ControlPlane && one.OwnerId == other.OwnerId;

    private IReadOnlyList<PendingSwitch> ReadAll()
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<PendingSwitch[]>(File.ReadAllBytes(path)) ?? [] : [];
        }
        catch (Exception failure) when (failure is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigException("Offline", "the switches that were set offline cannot be read", "Repair or remove " + path + ", and set again what was set offline.");
        }
    }

    /// <summary>
    /// Keeps other processes of this user from changing the file meanwhile. A process that never releases its lock
    /// does not prevent a denial.
    /// </summary>
    private FileStream? Lock()
    {
        for (var tries = 0; tries < LockTries; tries++)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
                return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                Thread.Sleep(LockPause);
            }
            catch (UnauthorizedAccessException)
            {
                return null;
            }
        }

        return null;
    }

    private void Write(Func<IReadOnlyList<PendingSwitch>, PendingSwitch[]> change)
    {
        using var held = Lock();
        var all = change(ReadAll());
        try
        {
            AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(all), restricted: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException("Offline", "the switches that were set offline cannot be kept", "Make " + path + " writable: " + failure.Message);
        }
    }
}
