using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.ApertureYaml.Edit;

namespace LightningOps.Gateway;

/// <summary>
/// Services that must stop selling. They become closed services in place (docs/reference/aperture.md#closed-service);
/// all others are unchanged.
/// </summary>
public sealed record GatewayClosing
{
    /// <summary>Request id.</summary>
    public required string RequestId { get; init; }

    /// <summary>Id of the recorded deployment.</summary>
    public required string DeploymentId { get; init; }

    /// <summary>Decides the action for a service from its owner at its last roll-out, or null.</summary>
    public required Func<GatewayService, string?, CloseDecision> Decide { get; init; }

    /// <summary>Whether nothing created here may sell; a gateway then also closes services it cannot distinguish.</summary>
    public bool IsEverything { get; init; }

    /// <summary>Whether services of others are closed, too; they keep their text.</summary>
    public bool IncludesOthers { get; init; }

    /// <summary>Whether the paywalls are known. A service without a record and without the name of one was then not made here.</summary>
    public bool IsListKnown { get; init; } = true;

    /// <summary>Reason for the close, written above the kept text of services of others.</summary>
    internal string Cause { get; init; } = KeptText.GlobalPause;

    /// <summary>The same with the known origins of a gateway's services: makers and owners.</summary>
    internal GatewayClosing For(ServiceOrigins origins) => this with
    {
        Decide = (service, _) => Decide(service, origins.FindOwner(service.Name)) switch
        {
            CloseDecision.CloseIfMadeHere when IncludesOthers => CloseDecision.Close,

            // The makers of services are not known, so a pause closes them and keeps their text.
            CloseDecision.CloseIfMadeHere when !origins.IsRecorded && !IsListKnown => CloseDecision.Close,
            // A file that no roll-out has written, beside a list of all paywalls, contains no service of an owner.
            CloseDecision.OwnerUnknown when !origins.IsRecorded && !(origins.IsRecordAbsent && IsListKnown) => CloseDecision.OwnerUnknown,
            CloseDecision.CloseIfMadeHere when !origins.IsMakerKnown => origins.IsCopiedAsMadeHere(service.Name) ? CloseDecision.Close : CloseDecision.OwnerUnknown,
            CloseDecision.CloseIfMadeHere => origins.IsMadeHere(service.Name) ? CloseDecision.Close : CloseDecision.Keep,
            CloseDecision.OwnerUnknown => origins.IsMadeHere(service.Name) ? CloseDecision.OwnerUnknown : CloseDecision.Keep,
            var verdict => verdict,
        },
    };

    /// <summary>Whether a service is open and must not be.</summary>
    internal bool Closes(GatewayService service) => !service.IsClosed && Denies(service);

    /// <summary>Whether a service must not be open.</summary>
    internal bool Denies(GatewayService service) => Decide(service, null) is CloseDecision.Close or CloseDecision.CloseIfMadeHere;

    /// <summary>Names of open services for which it is not known whether they must be closed.</summary>
    internal IReadOnlyList<string> FindUndecided(GatewayState state)
    {
        var known = For(state.Origins);
        return (state.Services ?? []).Where(service => !service.IsClosed && known.Decide(service, null) == CloseDecision.OwnerUnknown).Select(service => service.Name).ToArray();
    }
}

/// <summary>Action for a service when sales must stop.</summary>
public enum CloseDecision
{
    /// <summary>Keep it unchanged.</summary>
    Keep,

    /// <summary>Close it if it was created here; it belongs to no known paywall.</summary>
    CloseIfMadeHere,

    /// <summary>It is closed.</summary>
    Close,

    /// <summary>Keep it open and report it: an owner must not sell, but the owner of the service is unknown.</summary>
    OwnerUnknown,
}
