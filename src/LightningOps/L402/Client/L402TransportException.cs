using System;

namespace LightningOps.L402.Client;

/// <summary>A seller could not be asked, or did not answer (<c>L402TransportError</c>).</summary>
public sealed class L402TransportException : LightningOpsException
{
    /// <summary>Creates the failure of one request.</summary>
    /// <param name="request">Method and address.</param>
    /// <param name="reason">Machine-readable reason, for example <c>connection_failed:connection_refused</c>.</param>
    /// <param name="inner">The cause.</param>
    public L402TransportException(string request, string reason, Exception? inner)
        : this(request, reason, inner, "Check the address and try again: what was paid for is kept and not paid again.")
    {
    }

    private L402TransportException(string request, string reason, Exception? inner, string remedy)
        : base("L402TransportError", request + " failed: " + reason, remedy, inner)
    {
        Request = request;
        Reason = reason;
    }

    /// <summary>Method and address.</summary>
    public string Request { get; }

    /// <summary>Machine-readable reason.</summary>
    public string Reason { get; }

    /// <summary>The same of a request that buys nothing.</summary>
    internal L402TransportException WithoutPurchase() => new(Request, Reason, InnerException, "Check the address and try again.");
}
