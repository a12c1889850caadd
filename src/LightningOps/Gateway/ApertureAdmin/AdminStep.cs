namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>One call that changes the list of services.</summary>
internal abstract record AdminStep(string Name);

/// <summary>Changes members of a service where it stands.</summary>
internal sealed record UpdateStep(GatewayService Current, GatewayService Wanted) : AdminStep(Wanted.Name);

/// <summary>Removes a service.</summary>
internal sealed record DeleteStep(string Name) : AdminStep(Name);

/// <summary>Appends a service at the end.</summary>
internal sealed record CreateStep(GatewayService Wanted) : AdminStep(Wanted.Name);
