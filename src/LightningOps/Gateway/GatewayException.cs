using System;

namespace LightningOps.Gateway;

/// <summary>A call to a gateway that failed (<c>GatewayError</c>); no token or macaroon is in it.</summary>
public sealed class GatewayException : LightningOpsException
{
    /// <summary>Creates the failure of one call.</summary>
    /// <param name="gateway">Name of the gateway.</param>
    /// <param name="operation">What was asked of it, for example <c>POST /ops/deploy</c>.</param>
    /// <param name="reason">Machine-readable reason, for example <c>status_500:…</c>.</param>
    /// <param name="remedy">What the operator can do.</param>
    /// <param name="inner">The cause.</param>
    public GatewayException(string gateway, string operation, string reason, string remedy, Exception? inner = null)
        : base("GatewayError", gateway + ": " + operation + " failed: " + reason, remedy, inner)
    {
        Gateway = gateway;
        Operation = operation;
        Reason = reason;
    }

    /// <summary>Name of the gateway.</summary>
    public string Gateway { get; }

    /// <summary>What was asked of it.</summary>
    public string Operation { get; }

    /// <summary>Machine-readable reason.</summary>
    public string Reason { get; }
}
