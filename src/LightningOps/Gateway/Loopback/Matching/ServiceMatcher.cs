using System;
using System.Collections.Generic;
using LightningOps.Gateway.Loopback.Configuration;

namespace LightningOps.Gateway.Loopback.Matching;

/// <summary>
/// Finds the service of a request as Aperture does (proxy/proxy.go, matchService): in list order, the first whose
/// host and path expressions match. A host expression shared by many services is tested once per request.
/// </summary>
internal sealed class ServiceMatcher
{
    private readonly IReadOnlyList<LoopbackService> services;
    private readonly int[] hostIndexes;
    private readonly List<TextMatcher> hosts = new();

    public ServiceMatcher(IReadOnlyList<LoopbackService> services)
    {
        this.services = services;
        hostIndexes = new int[services.Count];
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < services.Count; i++)
        {
            var host = services[i].Host;
            if (!known.TryGetValue(host.Pattern, out hostIndexes[i]))
            {
                known[host.Pattern] = hostIndexes[i] = hosts.Count;
                hosts.Add(host);
            }
        }
    }

    /// <summary>The service, or null.</summary>
    /// <param name="host">The Host header, port included.</param>
    /// <param name="path">The path, unescaped.</param>
    public LoopbackService? Find(string host, string path)
    {
        var tried = new bool?[hosts.Count];
        for (var i = 0; i < services.Count; i++)
        {
            var matches = tried[hostIndexes[i]] ??= hosts[hostIndexes[i]].IsMatch(host);
            if (matches && (services[i].Path is not { } expression || expression.IsMatch(path)))
            {
                return services[i];
            }
        }

        return null;
    }
}
