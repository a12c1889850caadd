using System.Collections.Generic;
using LightningOps.ApertureYaml;

namespace LightningOps.Gateway.Loopback;

/// <summary>A configuration that the loopback gateway cannot serve (<c>LoopbackConfigError</c>): it is invalid for Aperture, or uses features that only Aperture has.</summary>
public sealed class LoopbackConfigException : LightningOpsException
{
    internal LoopbackConfigException(string message, string remedy, string? service = null, string? member = null, IReadOnlyList<ApertureConfigDiagnostic>? diagnostics = null)
        : base("LoopbackConfigError", message, remedy)
    {
        Service = service;
        Member = member;
        Diagnostics = diagnostics ?? [];
    }

    /// <summary>Name of the service; null for the file as a whole.</summary>
    public string? Service { get; }

    /// <summary>The member, for example <c>dynamicprice</c>; null if there is none.</summary>
    public string? Member { get; }

    /// <summary>Findings of the check of the file.</summary>
    public IReadOnlyList<ApertureConfigDiagnostic> Diagnostics { get; }

    internal static LoopbackConfigException Unsupported(string service, string member) => new(
        "service " + service + ": the loopback gateway does not support " + member,
        "Remove " + member + " from the service, or test it with Aperture.",
        service,
        member);
}
