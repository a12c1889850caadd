using System;
using System.IO;
using System.Text.Json;
using LightningOps.Artifacts;
using LightningOps.Compile;

namespace LightningOps.Gateway.ApertureFile;

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

    /// <summary>The record of the services with this hash, or null.</summary>
    public static LoadedRecord? Find(string path, ConfigHash? served)
    {
        try
        {
            return File.Exists(path + Ending)
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

    /// <summary>The same deployment with a load that is not known.</summary>
    public LoadedRecord NotSeen() => this with { Evidence = LiveEvidence.NotKnown, ShownBy = null };

    public void Write(string path) => AtomicFile.Write(path + Ending, JsonSerializer.SerializeToUtf8Bytes(this));

    public static void Delete(string path) => File.Delete(path + Ending);
}
