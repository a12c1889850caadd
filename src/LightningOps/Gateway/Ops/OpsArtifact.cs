using System;
using System.Collections.Generic;
using System.Text;
using LightningOps.ApertureYaml;
using LightningOps.Compile;
using LightningOps.Compile.Aperture;
using LightningOps.Gateway.Records;
using LightningOps.Paywalls;

namespace LightningOps.Gateway.Ops;

/// <summary>The configuration of a hash reported by the ops endpoints, if it is known here.</summary>
internal static class OpsArtifact
{
    private static readonly CompiledRule Nothing = new()
    {
        RuleId = "closed",
        PaywallId = "closed",
        OwnerId = string.Empty,
        RouteId = "closed",
        ServiceName = "everything",
        Host = "*",
        Path = "/",
        HostRegexp = ".*",
        PathRegexp = "^/",
        UpstreamUrl = string.Empty,
        Protocol = RouteProtocol.Http,
        TimeoutMs = 0,
        Priority = 0,
        AmountMsats = default,
        ClosedBy = SaleGateCodes.GlobalPause,
    };

    /// <summary>A configuration with one closed service that matches every request.</summary>
    public static byte[] Everything { get; } = ApertureRenderer.Render([Nothing]).ToArray();

    /// <summary>The recorded artifact if it is live; null when another one is, or it is not for Aperture.</summary>
    public static LiveFile? Find(GatewayRecord record, string? served)
    {
        if (record.Artifact is not { } text || served is not { } hash)
        {
            return null;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        return ConfigHash.Compute(bytes) == hash ? Read(bytes) : null;
    }

    private static LiveFile? Read(byte[] bytes)
    {
        try
        {
            return LiveFile.FromBytes(bytes) is { Services.Count: > 0 } file ? file : null;
        }
        catch (ApertureConfigFormatException)
        {
            return null;
        }
    }
}
