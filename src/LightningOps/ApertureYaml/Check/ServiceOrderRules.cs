using System;
using System.Collections.Generic;

namespace LightningOps.ApertureYaml.Check;

/// <summary>What services ask of one another: names of their own, and a request that reaches them (first match wins).</summary>
internal sealed class ServiceOrderRules(ConfigFindings findings)
{
    private readonly Dictionary<string, int> lineByName = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Host, string Path), int> lineByRoute = new();

    public void Check(Section service)
    {
        CheckName(service);
        CheckReach(service);
    }

    private void CheckName(Section service)
    {
        var name = service.Text("name");
        if (name.Length == 0)
        {
            return;
        }

        if (lineByName.TryGetValue(name, out var line))
        {
            findings.Error(
                "duplicate_service_name",
                FormattableString.Invariant($"the service on line {line} has the same name, so a credential for one unlocks the other: use a unique name for each"),
                service.At("name"),
                service.GetPath("name"),
                stops: ApertureVersions.None);
        }
        else
        {
            lineByName.Add(name, service.Position.Line);
        }
    }

    private void CheckReach(Section service)
    {
        if (service.IsBroken("hostregexp") || service.IsBroken("pathregexp"))
        {
            return;
        }

        var host = service.Text("hostregexp");
        var path = service.Text("pathregexp");
        if (FindLine(host, path) is { } line)
        {
            findings.Warn(
                "unreachable_service",
                FormattableString.Invariant($"the service on line {line} matches every request of this one, and the first match wins: move this one before it, or remove it"),
                service.Position,
                service.Path);
        }
        else
        {
            lineByRoute.Add((host, path), service.Position.Line);
        }
    }

    /// <summary>The earlier service with the same expressions, or with one that is absent and so matches all.</summary>
    private int? FindLine(string host, string path)
    {
        int? first = null;
        foreach (var route in new[] { (host, path), (host, string.Empty), (string.Empty, path), (string.Empty, string.Empty) })
        {
            if (lineByRoute.TryGetValue(route, out var line) && !(line > first))
            {
                first = line;
            }
        }

        return first;
    }
}
