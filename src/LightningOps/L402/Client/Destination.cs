using System;
using LightningOps.L402.Credentials;

namespace LightningOps.L402.Client;

/// <summary>Where requests of the same address, Host header and scope go, and what a credential for them is good for.</summary>
internal sealed class Destination
{
    private readonly Uri address;
    private readonly string? hostHeader;
    private readonly string? scope;

    private Destination(L402Request request)
    {
        address = request.Uri;
        hostHeader = request.HostHeader;
        scope = request.Scope;
        Site = L402Site.Of(request);
        For = new CredentialScope(Site.Name, scope ?? Site.Address.AbsolutePath);
    }

    /// <summary>Who is asked.</summary>
    public L402Site Site { get; }

    /// <summary>What a credential is good for.</summary>
    public CredentialScope For { get; }

    /// <summary>The destination of a request.</summary>
    /// <exception cref="ConfigException">Its address or Host header cannot be used.</exception>
    public static Destination Of(L402Request request) => new(request);

    /// <summary>Whether a request goes there, told from the same objects alone.</summary>
    public bool IsOf(L402Request request) =>
        ReferenceEquals(address, request.Uri) && ReferenceEquals(hostHeader, request.HostHeader) && ReferenceEquals(scope, request.Scope);
}
