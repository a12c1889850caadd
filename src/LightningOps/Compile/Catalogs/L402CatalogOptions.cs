using System.Collections.Generic;

namespace LightningOps.Compile.Catalogs;

/// <summary>Options of a catalog.</summary>
public sealed record L402CatalogOptions
{
    /// <summary>Form of the document.</summary>
    public L402CatalogFormat Format { get; init; } = L402CatalogFormat.OpenApi;

    /// <summary>Host whose routes are listed; null for the only one in the rules.</summary>
    public string? HostName { get; init; }

    /// <summary>Name of the service; null for the host.</summary>
    public string? Title { get; init; }

    /// <summary>Text for people; null for none.</summary>
    public string? Description { get; init; }

    /// <summary>Version of the API.</summary>
    public string Version { get; init; } = "1";

    /// <summary>Methods of each operation of an OpenAPI document, in lower case.</summary>
    public IReadOnlyList<string> Methods { get; init; } = ["get"];

    /// <summary>Whether buyers may also pay with the Payment scheme (<c>authenticator.enablempp</c>).</summary>
    public bool OffersPayment { get; init; }
}

/// <summary>The form of a catalog.</summary>
public enum L402CatalogFormat
{
    /// <summary>OpenAPI 3.1 with <c>x-payment-info</c> (draft-payment-discovery-01), for <c>/openapi.json</c>.</summary>
    OpenApi,

    /// <summary>The manifest of ngx_l402, for <c>/.well-known/l402-services</c>.</summary>
    L402Services,
}
