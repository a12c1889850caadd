using System;
using System.IO;
using System.Text.Json;
using LightningOps.Artifacts;
using LightningOps.Compile;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>
/// Which deployment the services of a file are, and that Aperture was told to load them. It counts only where its hash
/// is the one of the file's own bytes: after a crash, or an edit by hand, it says nothing.
/// </summary>
internal sealed record LoadedRecord(string? DeploymentId, string ConfigHash)
{
    private const string Ending = ".deployment.json";

    /// <summary>The record of the services with this hash, or null.</summary>
    public static LoadedRecord? Find(string path, ConfigHash? served)
    {
        try
        {
            return UnixFile.IsRegular(path + Ending)
                && JsonSerializer.Deserialize<LoadedRecord>(File.ReadAllBytes(path + Ending)) is { } record
                && record.ConfigHash == served?.Value
                ? record
                : null;
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException)
        {
            return null;
        }
    }

    public void Write(string path) => AtomicFile.WriteLike(path + Ending, JsonSerializer.SerializeToUtf8Bytes(this), path);

    public static void Delete(string path) => File.Delete(path + Ending);
}
