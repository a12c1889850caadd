using System;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Gateway.Planning;

namespace LightningOps.Gateway.Ops;

/// <summary>
/// The configuration that closes denied services of a gateway with ops endpoints: the live configuration with these
/// services closed if it is known here; else, when nothing may sell, one that closes everything.
/// </summary>
internal sealed class OpsClosing
{
    /// <summary>The configuration; null when it cannot be determined.</summary>
    public byte[]? Artifact { get; private init; }

    /// <summary>Its changes; null when no denied service is open.</summary>
    public RolloutPlan? Plan { get; private init; }

    /// <param name="gateway">Name of the gateway.</param>
    /// <param name="active">The live deployment, or null.</param>
    /// <param name="known">Its configuration, or null when it is not known here.</param>
    /// <param name="closing">The services to close.</param>
    public static OpsClosing Create(string gateway, GatewayDeployment? active, LiveFile? known, GatewayClosing closing) =>
        active is null || active.ConfigHash == ConfigHash.Compute(OpsArtifact.Everything) ? new OpsClosing()
        : known is not null ? CreateFromKnown(gateway, active, known, service => closing.Closes(service))
        : closing.IsEverything ? CreateForEverything(gateway, active)
        : new OpsClosing { Plan = Unknown(gateway, active) };

    private static OpsClosing CreateFromKnown(string gateway, GatewayDeployment active, LiveFile known, Func<GatewayService, bool> closes)
    {
        if (ClosedServices.Plan(gateway, active.ConfigHash, known.Services, closes) is not { } plan)
        {
            return new OpsClosing();
        }

        var artifact = ServicesClosing.Close(known, closes);
        return new OpsClosing { Artifact = artifact, Plan = plan with { ConfigHash = ConfigHash.Compute(artifact) } };
    }

    private static OpsClosing CreateForEverything(string gateway, GatewayDeployment active)
    {
        var services = LiveFile.FromBytes(OpsArtifact.Everything).Services;
        return new OpsClosing
        {
            Artifact = OpsArtifact.Everything,
            Plan = new RolloutPlan
            {
                Gateway = gateway,
                CurrentConfigHash = active.ConfigHash,
                ConfigHash = ConfigHash.Compute(OpsArtifact.Everything),
                Changes = services.Select(service => new ServiceChange { Name = service.Name, Kind = ServiceChangeKind.Closed, Holders = HolderAccess.Suspended, NewPlace = 0 }).ToArray(),
                Diagnostics =
                [
                    new Diagnostic
                    {
                        Code = "everything_closed",
                        Severity = DiagnosticSeverity.Warn,
                        Message = "The gateway does not list its services, and its configuration is not known here: it is replaced with one closed service that matches every request",
                    },
                ],
            },
        };
    }

    private static RolloutPlan Unknown(string gateway, GatewayDeployment active) => new()
    {
        Gateway = gateway,
        CurrentConfigHash = active.ConfigHash,
        ConfigHash = active.ConfigHash,
        Changes = [],
        Diagnostics =
        [
            RolloutRefusals.Create(
                "services_not_told",
                "The gateway does not list its services, and its configuration was not rolled out from here: its denied services cannot be closed one by one. Correct the paywalls, or set the global pause, which closes everything"),
        ],
    };
}
