using System;
using System.Net.Http;

namespace LightningOps.L402.Payments.Http;

/// <summary>How a wallet is spoken to over HTTP.</summary>
public sealed record WalletHttpOptions
{
    /// <summary>Clock of the time limits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Sends the requests; it must not follow redirects, for a secret is in their headers. Null makes one. Not disposed here when given.</summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>Whether plain http to another machine is allowed, which shows the secret to the network.</summary>
    public bool AllowInsecure { get; init; }

    /// <summary>Largest answer taken, bytes.</summary>
    public int LargestAnswer { get; init; } = 1024 * 1024;
}
