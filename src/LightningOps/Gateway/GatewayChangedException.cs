using System;
using System.Collections.Generic;
using System.Linq;

namespace LightningOps.Gateway;

/// <summary>
/// Another user changed a gateway while this command was changing it (<c>GatewayChanged</c>). Nothing more is sent
/// (docs/reference/gateway.md#two-at-one-gateway).
/// </summary>
public sealed class GatewayChangedException : LightningOpsException
{
    private const int MaxNames = 20;

    /// <summary>Creates the failure.</summary>
    /// <param name="gateway">Name of the gateway.</param>
    /// <param name="changed">The differences from the state read: names of services, or the deployment.</param>
    public GatewayChangedException(string gateway, IReadOnlyCollection<string> changed)
        : base(
            "GatewayChanged",
            gateway + ": another user or machine changed it since it was read: " + Join(changed) + ". Nothing more was sent",
            "Let one user or machine roll out at a time. Look at the gateway with Test-ApertureDrift, and run the command again.")
    {
        Gateway = gateway;
        Changed = changed;
    }

    private GatewayChangedException(string gateway, IReadOnlyCollection<string> changed, string message, string remedy)
        : base("GatewayChanged", message, remedy)
    {
        Gateway = gateway;
        Changed = changed;
    }

    /// <summary>The failure of a file that has other content than this command wrote.</summary>
    /// <param name="gateway">Name of the gateway.</param>
    /// <param name="changed">The differences from the written file.</param>
    /// <param name="consequence">What follows, as a sentence without its full stop.</param>
    internal static GatewayChangedException ForFile(string gateway, IReadOnlyCollection<string> changed, string consequence) => new(
        gateway,
        changed,
        gateway + ": the file was rewritten after this command wrote it (" + Join(changed) + "). " + consequence,
        "Let one user, machine or tool write the file at a time. The reload command must not write it. Look at the gateway with Test-ApertureDrift, and run the command again.");

    private static string Join(IReadOnlyCollection<string> changed) => string.Join(", ", changed.Take(MaxNames)) + (changed.Count > MaxNames ? ", \u2026" : string.Empty);

    /// <summary>Name of the gateway.</summary>
    public string Gateway { get; }

    /// <summary>The differences from the state read.</summary>
    public IReadOnlyCollection<string> Changed { get; }
}
