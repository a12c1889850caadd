using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Gateway.Databases;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>
/// Checks whether changes made over the admin API survive a restart. With its database down, locked or full, Aperture
/// answers 200, serves the change and forgets it at a restart (docs/reference/gateway.md#durability).
/// </summary>
internal sealed class AdminDurability
{
    private readonly AdminApi api;
    private readonly string? configPath;
    private readonly DatabaseRole? role;

    /// <param name="api">The admin API.</param>
    /// <param name="configPath">The aperture.yaml this Aperture reads; null where it is not known.</param>
    /// <param name="role">Reads a database in PostgreSQL; null where none is set.</param>
    public AdminDurability(AdminApi api, string? configPath, DatabaseRole? role = null)
    {
        this.api = api;
        this.configPath = configPath;
        this.role = role;
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

        if (await ReadRowsAsync(cancellationToken).ConfigureAwait(false) is { } rows)
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

    private async Task<IReadOnlyList<GatewayService>?> ReadRowsAsync(CancellationToken cancellationToken) =>
        ReadFile()?.Admin is { } settings ? (await RowReader.ReadStoredAsync(settings, role, cancellationToken).ConfigureAwait(false)).Rows : null;

    private static bool IsSaved(IReadOnlyDictionary<string, GatewayService> live, IReadOnlyDictionary<string, GatewayService> stored, string name) =>
        live.TryGetValue(name, out var service)
            ? stored.TryGetValue(name, out var row) && MemberChanges.Between(row, service).Count == 0
            : !stored.ContainsKey(name);

    private static IReadOnlyDictionary<string, GatewayService> ToDictionary(IEnumerable<GatewayService> services) =>
        services.GroupBy(static service => service.Name, StringComparer.Ordinal).ToDictionary(static same => same.Key, static same => same.First(), StringComparer.Ordinal);
}
