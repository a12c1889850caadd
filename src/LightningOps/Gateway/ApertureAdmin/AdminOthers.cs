using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>
/// Services of others that a global pause with -All closes over the admin API. Their state is recorded, and lifting
/// the pause restores it. The row of a service that the aperture.yaml defines is deleted, so that the file's
/// definition applies at the next start.
/// </summary>
internal sealed class AdminOthers
{
    private const int MaxNames = 20;
    private readonly AdminApi api;
    private readonly AdminClosing closings;
    private readonly AdminDurability durability;

    public AdminOthers(AdminApi api, AdminClosing closings, AdminDurability durability)
    {
        this.api = api;
        this.closings = closings;
        this.durability = durability;
    }

    /// <summary>The closed services in their former state: those already recorded, and those that are open now.</summary>
    public static IReadOnlyList<GatewayService> Keep(IReadOnlyList<GatewayService> recorded, IEnumerable<GatewayService> open)
    {
        var kept = open.ToArray();
        var names = new HashSet<string>(kept.Select(static service => service.Name), StringComparer.Ordinal);
        return [.. recorded.Where(service => !names.Contains(service.Name)), .. kept];
    }

    /// <summary>
    /// Members of services that a restart of Aperture would lose once they are closed over the admin API, reported
    /// beforehand; null for none.
    /// </summary>
    public Diagnostic? FindLoss(IReadOnlyCollection<string> names)
    {
        var file = durability.ReadFile();
        var defined = file is null ? null : new HashSet<string>(file.Services.Select(static service => service.Name), StringComparer.Ordinal);
        var lost = names.Where(name => defined?.Contains(name) ?? true).ToArray();
        return lost.Length == 0 ? null : new Diagnostic
        {
            Code = "restart_loses_settings",
            Severity = DiagnosticSeverity.Warn,
            Message = "While these are closed over the admin API, a restart of Aperture loses their headers, rewrite, limits, free paths, timeout and capabilities"
                + (defined is null ? ", where the aperture.yaml defines them: " : ": ") + string.Join(", ", lost.Take(MaxNames)) + (lost.Length > MaxNames ? ", \u2026" : string.Empty)
                + (defined is null ? ". Name the aperture.yaml with Path in the hashtable of the gateway, so that lifting deletes their rows" : ". Lifting the pause deletes their rows: the file's definition then counts again"),
        };
    }

    /// <summary>Restores the closed services.</summary>
    /// <param name="recorded">The services in their former state.</param>
    /// <param name="cancellationToken">Ends it between two calls or within one.</param>
    /// <returns>The services whose rows were deleted; they return at the next start.</returns>
    public async Task<IReadOnlyList<string>> RestoreAsync(IReadOnlyList<GatewayService> recorded, CancellationToken cancellationToken)
    {
        var file = durability.ReadFile();
        var defined = new HashSet<string>(file?.Services.Select(static service => service.Name) ?? [], StringComparer.Ordinal);
        var byName = recorded.ToDictionary(static service => service.Name, StringComparer.Ordinal);
        var deleted = new List<string>();
        foreach (var service in (await api.ListAsync(cancellationToken).ConfigureAwait(false)).Where(service => service.IsClosed && byName.ContainsKey(service.Name) && defined.Contains(service.Name)))
        {
            if (!AdminRefusals.IsUnaddressable(service.Name) && await api.ExecuteAsync(new DeleteStep(service.Name), cancellationToken).ConfigureAwait(false))
            {
                deleted.Add(service.Name);
            }
        }

        await closings.ChangeAsync(service => service.IsClosed && byName.TryGetValue(service.Name, out var open) && !defined.Contains(service.Name) ? open : service, "reopen", cancellationToken).ConfigureAwait(false);
        return deleted;
    }
}
