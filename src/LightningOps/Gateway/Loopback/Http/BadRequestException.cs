using System;

namespace LightningOps.Gateway.Loopback.Http;

/// <summary>A request that is not HTTP/1.1, or more of it than is taken; the connection ends with it.</summary>
internal sealed class BadRequestException : Exception
{
    public BadRequestException(string reason, int status = 400)
        : base(reason) => Status = status;

    /// <summary>The status to answer with.</summary>
    public int Status { get; }
}
