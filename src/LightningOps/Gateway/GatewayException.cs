using System;
using LightningOps.Http;

namespace LightningOps.Gateway;

/// <summary>A failed call to a gateway (<c>GatewayError</c>, or <c>AddressGone</c> for 410), without tokens or macaroons.</summary>
public sealed class GatewayException : LightningOpsException
{
    /// <summary>Creates the failure of one call.</summary>
    /// <param name="gateway">Name of the gateway.</param>
    /// <param name="operation">The operation, for example <c>POST /ops/deploy</c>.</param>
    /// <param name="reason">Machine-readable reason, for example <c>status_500:…</c>.</param>
    /// <param name="remedy">What the operator can do.</param>
    /// <param name="inner">The cause.</param>
    /// <param name="address">Scheme, host and port of the call; null if nothing was called.</param>
    public GatewayException(string gateway, string operation, string reason, string remedy, Exception? inner = null, string? address = null)
        : base(GoneAddress.GetTag(reason, "GatewayError"), gateway + ": " + operation + (address is null || gateway.Contains(address) ? string.Empty : " at " + address) + " failed: " + reason, remedy, inner)
    {
        Address = address;
        Gateway = gateway;
        Operation = operation;
        Reason = reason;
    }

    /// <summary>Name of the gateway.</summary>
    public string Gateway { get; }

    /// <summary>Scheme, host and port of the call; null if nothing was called.</summary>
    public string? Address { get; }

    /// <summary>The operation.</summary>
    public string Operation { get; }

    /// <summary>Machine-readable reason.</summary>
    public string Reason { get; }
}
