using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.ApertureFile;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>
/// Checks whether changes made over the admin API survive a restart. With its database down, locked or full, Aperture
/// answers 200, serves the change and forgets it at a restart (docs/reference/gateway.md#durability).
/// </summary>
internal sealed class AdminDurability
{
    private readonly AdminApi api;
    private readonly string? configPath;

    /// <param name="api">The admin API.</param>
    /// <param name="configPath">The aperture.yaml of this Aperture; null if unknown.</param>
    public AdminDurability(AdminApi api, string? configPath)
    {
        this.api = api;
        this.configPath = configPath;
    }

    /// <summary>The current aperture.yaml; null if it is unknown or cannot be read.</summary>
    public LiveFile? ReadFile()
    {
        try
        {
            return configPath is null ? null : LiveFile.Read(configPath);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ApertureConfigFormatException)
        {
            return null;
        }
    }

    /// <summary>Looks for the rows of the changed services.</summary>
    /// <param name="changed">Names of the changed, created or deleted services.</param>
    /// <param name="services">The list of the admin API afterwards.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    /// <returns>The durability, and the names whose change a restart would undo.</returns>
    public async Task<(ChangeDurability Durability, IReadOnlyList<string> Unsaved)> LookAsync(
        IReadOnlyCollection<string> changed, IReadOnlyList<GatewayService> services, CancellationToken cancellationToken)
    {
        if (changed.Count == 0)
        {
            return (ChangeDurability.Durable, []);
        }

        if (ReadRows() is { } rows)
        {
            var live = ToDictionary(services);
            var stored = ToDictionary(rows);
            var unsaved = changed.Where(name => !IsSaved(live, stored, name)).ToArray();
            return (unsaved.Length == 0 ? ChangeDurability.Durable : ChangeDurability.NotDurable, unsaved);
        }

        return await api.IsDatabaseDownAsync(cancellationToken).ConfigureAwait(false)
            ? (ChangeDurability.NotDurable, changed.ToArray())
            : (ChangeDurability.NotKnown, []);
    }

    private IReadOnlyList<GatewayService>? ReadRows() =>
        ReadFile()?.Admin?.DatabaseFile is { } path && Path.IsPathRooted(path) ? ApertureDatabaseFile.Read(path).Rows : null;

    private static bool IsSaved(IReadOnlyDictionary<string, GatewayService> live, IReadOnlyDictionary<string, GatewayService> stored, string name) =>
        live.TryGetValue(name, out var service)
            ? stored.TryGetValue(name, out var row) && MemberChanges.Between(row, service).Count == 0
            : !stored.ContainsKey(name);

    private static IReadOnlyDictionary<string, GatewayService> ToDictionary(IEnumerable<GatewayService> services) =>
        services.GroupBy(static service => service.Name, StringComparer.Ordinal).ToDictionary(static same => same.Key, static same => same.First(), StringComparer.Ordinal);
}
