using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace LightningOps.ApertureYaml.Check;

/// <summary>The listeners of one Aperture need ports of their own: it stops when it cannot listen (Aperture aperture.go, prometheus.go).</summary>
internal sealed class PortRules(ConfigFindings findings)
{
    private static readonly string[] AllInterfaces = ["", "0.0.0.0", "[::]"];
    private static readonly string[] Loopback = ["localhost", "127.0.0.1"];

    public void Check(Section root)
    {
        var server = Split(root.Text("listenaddr"));
        if (server is not { } own)
        {
            return;
        }

        foreach (var other in FindOthers(root))
        {
            if (other.Port == own.Port && Overlap(other.Host, own.Host))
            {
                findings.Error(
                    "port_used_twice",
                    FormattableString.Invariant($"{other.Path} and listenaddr are the same port {own.Port}, and Aperture stops because it cannot listen at both: write another port"),
                    other.Position,
                    other.Path);
            }
        }
    }

    private static IEnumerable<(string Host, long Port, TextPosition Position, string Path)> FindOthers(Section root)
    {
        var prometheus = root.Child("prometheus");
        if (prometheus.Flag("enabled") && Split(prometheus.Text("listenaddr")) is { } metrics)
        {
            yield return (metrics.Host, metrics.Port, prometheus.At("listenaddr"), prometheus.GetPath("listenaddr"));
        }

        if (root.Number("profile") > 0)
        {
            yield return ("localhost", root.Number("profile"), root.At("profile"), "profile");
        }

        var tor = root.Child("tor");
        if (tor.Flag("v3") && tor.Number("listenport") > 0)
        {
            yield return ("localhost", tor.Number("listenport"), tor.At("listenport"), tor.GetPath("listenport"));
        }
    }

    private static (string Host, long Port)? Split(string address)
    {
        var colon = address.LastIndexOf(':');
        return colon >= 0 && HostPort.IsListenAddress(address) && long.TryParse(address.Substring(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
            ? (address.Substring(0, colon), port)
            : null;
    }

    private static bool Overlap(string one, string other) =>
        one.Equals(other, StringComparison.OrdinalIgnoreCase) || AllInterfaces.Contains(one) || AllInterfaces.Contains(other)
        || (Loopback.Contains(one, StringComparer.OrdinalIgnoreCase) && Loopback.Contains(other, StringComparer.OrdinalIgnoreCase));
}
