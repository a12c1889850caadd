using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using LightningOps.Json;
using LightningOps.ControlPlane;
using LightningOps.Files;
using LightningOps.Paywalls;
using LightningOps.Settings;
using LightningOps.Storage;

namespace LightningOps.PowerShell.Session;

/// <summary>A copy of the paywalls of a store before they are replaced, as a snapshot that Import-LightningPaywall reads.</summary>
internal static class ReplacedPaywalls
{
    private const string TeamName = "team-store";

    /// <summary>Writes the copy beside the local store, readable by its owner only.</summary>
    /// <param name="environment">The environment that names the local store.</param>
    /// <param name="mode">Whose paywalls they are.</param>
    /// <param name="paywalls">The paywalls as stored.</param>
    /// <returns>The path of the copy.</returns>
    /// <exception cref="LightningOpsException">The copy cannot be written; nothing may be replaced.</exception>
    public static string Save(OperatorEnvironment environment, ControlPlaneMode mode, IReadOnlyList<Paywall> paywalls)
    {
        var store = Path.GetFullPath(StorePaths.DefaultStorePath(environment));
        var name = mode == ControlPlaneMode.Local ? store : Path.Combine(Path.GetDirectoryName(store)!, TeamName);
        var file = name + ".replaced-" + DateTime.UtcNow.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture) + ".json";
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        AtomicFile.Write(file, Encoding.UTF8.GetBytes(ArtifactJson.Serialize(new Dictionary<string, object> { ["paywalls"] = paywalls }, indented: true) + "\n"), restricted: true);
        return file;
    }
}
