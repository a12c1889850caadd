using System.Collections.Generic;
using System.Linq;
using System.Text;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.Planning;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>Refuses what the admin API cannot carry or would refuse, before anything is sent.</summary>
internal static class AdminRefusals
{
    // Aperture admin/server.go: maxRegexpLen, in bytes, and reservedPaths.
    private const int MaxExpressionLength = 1024;
    private const int MaxNames = 20;
    private static readonly string[] ReservedPathPrefixes = { "/api/admin/", "/api/proxy/", "/_next/" };

    public static IEnumerable<Diagnostic> GetRefusals(GatewayRollout rollout, IReadOnlyList<GatewayService> wanted, IReadOnlyList<AdminStep> steps)
    {
        if (RolloutRefusals.ForAperture(rollout) is { } refusal)
        {
            yield return refusal;
            yield break;
        }

        foreach (var missing in GetMissing(rollout))
        {
            yield return missing;
        }

        if (FindUnaddressable(steps.Select(step => step.Name)) is { } unaddressable)
        {
            yield return unaddressable;
        }

        foreach (var service in wanted)
        {
            if (Encoding.UTF8.GetByteCount(service.HostRegexp) > MaxExpressionLength || Encoding.UTF8.GetByteCount(service.PathRegexp) > MaxExpressionLength)
            {
                yield return RolloutRefusals.Create("expression_too_long", service.Name + " has an expression longer than 1,024 bytes, which the admin API rejects");
            }
            else if (FindReservedPath(service) is { } reserved)
            {
                yield return RolloutRefusals.Create("reserved_path", service.Name + " matches " + reserved + ", which Aperture reserves: the admin API rejects it");
            }
        }
    }

    /// <summary>The refusal of services with a slash in their name, or null. Aperture's REST paths end there, escaped or not.</summary>
    public static Diagnostic? FindUnaddressable(IEnumerable<string> names)
    {
        var found = names.Where(IsUnaddressable).Distinct().ToArray();
        return found.Length == 0 ? null : RolloutRefusals.Create(
            "name_not_addressable",
            "The admin API cannot change, close or delete a service whose name has a slash: " + string.Join(", ", found.Take(MaxNames)) + (found.Length > MaxNames ? ", \u2026" : string.Empty) + ". Rename it in the aperture.yaml or in its paywall");
    }

    /// <summary>Whether the admin API cannot address it.</summary>
    public static bool IsUnaddressable(string name) => name.IndexOf('/') >= 0;

    private static IEnumerable<Diagnostic> GetMissing(GatewayRollout rollout)
    {
        var services = DesiredServices.From(rollout.Rules, withExtras: true);
        if (FindLacking(services, ServiceExtras.CanGoWithout) is var (features, names) && names.Length > 0)
        {
            yield return new Diagnostic
            {
                Code = "features_not_carried",
                Severity = rollout.AllowMissingFeatures ? DiagnosticSeverity.Warn : DiagnosticSeverity.Error,
                Message = "The admin API does not support " + string.Join(" or ", features) + ", which "
                    + names[0] + (names.Length == 1 ? " needs" : " and others need") + ": roll out to the file, or use -AllowMissingFeatures to go without",
                Details = DiagnosticDetails.Create("features", features, "services", names),
            };
        }

        // Without them others would get access, or longer access, or an upstream would lack its credential. No switch overrides
        // this.
        if (FindLacking(services, static extra => !ServiceExtras.CanGoWithout(extra) && !ServiceExtras.IsScheme(extra)) is var (terms, sold) && sold.Length > 0)
        {
            yield return new Diagnostic
            {
                Code = "terms_not_carried",
                Severity = DiagnosticSeverity.Error,
                Message = "The admin API does not support " + string.Join(", ", terms) + ", which the paywall of " + sold[0] + (sold.Length == 1 ? " declares" : " and others declare") + ": roll out to the file",
                Details = DiagnosticDetails.Create("members", terms, "services", sold),
            };
        }
    }

    private static (string[] Members, string[] Services) FindLacking(IReadOnlyList<GatewayService> services, System.Func<string, bool> isLacking)
    {
        var lacking = services.Where(service => service.Extras.Any(isLacking)).ToArray();
        return (lacking.SelectMany(service => service.Extras.Where(isLacking)).Select(ServiceExtras.GetMember).Distinct().ToArray(), lacking.Select(static service => service.Name).ToArray());
    }

    private static string? FindReservedPath(GatewayService service)
    {
        var path = ServicePatterns.ReadPath(service.PathRegexp);
        return path.Error is null ? ReservedPathPrefixes.FirstOrDefault(path.Language.Matches) : null;
    }
}
