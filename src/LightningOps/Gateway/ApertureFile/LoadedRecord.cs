using System;
using System.Collections.Generic;
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
