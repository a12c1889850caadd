using System;

namespace LightningOps.ControlPlane;

/// <summary>A call to a control plane that failed (<c>ControlPlaneTransportError</c>); the secret is nowhere in it.</summary>
public sealed class ControlPlaneTransportException : LightningOpsException
{
    /// <summary>Creates the failure of one call.</summary>
    /// <param name="operation">For example <c>query:lightning/ops:listPaywallControlPlaneState</c>.</param>
    /// <param name="reason">For example <c>status_401:{…}</c>, the secret removed.</param>
    /// <param name="remedy">What the operator can do.</param>
    /// <param name="inner">The cause.</param>
    public ControlPlaneTransportException(string operation, string reason, string remedy, Exception? inner = null)
        : base("ControlPlaneTransportError", operation + " failed: " + reason, remedy, inner)
    {
        Operation = operation;
        Reason = reason;
    }

    /// <summary>Kind and name of the function called.</summary>
    public string Operation { get; }

    /// <summary>Machine-readable reason.</summary>
    public string Reason { get; }

    /// <summary>
    /// Whether the call may have taken effect all the same; false only when it certainly did not: there was no
    /// connection to send it on, or the backend refused it.
    /// </summary>
    public bool MayHaveArrived { get; init; } = true;

    /// <summary>Whether the backend looked at the call and refused it as it is: sent again it would be refused again.</summary>
    public bool IsRefusal { get; init; }
}
