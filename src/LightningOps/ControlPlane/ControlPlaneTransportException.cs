using System;
using LightningOps.Http;

namespace LightningOps.ControlPlane;

/// <summary>A failed call to a control plane (<c>ControlPlaneTransportError</c>, or <c>AddressGone</c> for 410), without the secret.</summary>
public sealed class ControlPlaneTransportException : LightningOpsException
{
    /// <summary>Creates the failure of one call.</summary>
    /// <param name="operation">For example <c>query:lightning/ops:listPaywallControlPlaneState</c>.</param>
    /// <param name="reason">For example <c>status_401:{…}</c>, the secret removed.</param>
    /// <param name="remedy">What the operator can do.</param>
    /// <param name="inner">The cause.</param>
    /// <param name="address">Address of the control plane; null if nothing was called.</param>
    public ControlPlaneTransportException(string operation, string reason, string remedy, Exception? inner = null, string? address = null)
        : base(GoneAddress.GetTag(reason, "ControlPlaneTransportError"), operation + (address is null ? string.Empty : " at " + address) + " failed: " + reason, remedy, inner)
    {
        Address = address;
        Operation = operation;
        Reason = reason;
    }

    /// <summary>Kind and name of the function called.</summary>
    public string Operation { get; }

    /// <summary>Machine-readable reason.</summary>
    public string Reason { get; }

    /// <summary>Address of the control plane; null if nothing was called.</summary>
    public string? Address { get; }

    /// <summary>
    /// Whether the call may still have taken effect; false only if it certainly did not: there was no connection, or
    /// the backend rejected it.
    /// </summary>
    public bool MayHaveArrived { get; init; } = true;

    /// <summary>Whether the backend rejected the call itself, so that a retry would be rejected too.</summary>
    public bool IsRefusal { get; init; }
}
