using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Gateway.Memory;
using LightningOps.Gateway.Ops;

namespace LightningOps.Smoke;

/// <summary>Makes the gateway a smoke rolls out to. The one place that knows which mode has which.</summary>
public static class SmokeGateways
{
    /// <summary>The gateway of <paramref name="mode"/>; nothing is sent yet.</summary>
    /// <param name="mode">Mode of the control plane.</param>
    /// <param name="environment">Settings of a hosted gateway (contracts/environment.md).</param>
    /// <exception cref="ConfigException">A setting cannot be used, or the mode has no gateway of its own.</exception>
    public static IGateway Open(ControlPlaneMode mode, OperatorEnvironment environment) => mode switch
    {
        ControlPlaneMode.Mock => new MemoryGateway(),
        ControlPlaneMode.Api or ControlPlaneMode.Convex => new OpsGateway(OptionsOf(environment)),
        _ => throw new ConfigException("Gateway", "the local mode has no gateway of its own", "Name a gateway."),
    };

    private static OpsGatewayOptions OptionsOf(OperatorEnvironment environment)
    {
        var defaults = new OpsGatewayOptions();
        return defaults with
        {
            BaseUrl = environment.Find(EnvironmentVariables.GatewayBaseUrl) ?? defaults.BaseUrl,
            ChallengeUrl = environment.Find(EnvironmentVariables.ChallengeUrl) ?? defaults.ChallengeUrl,
            ProxyUrl = environment.Find(EnvironmentVariables.ProxyUrl) ?? defaults.ProxyUrl,
            HealthPath = environment.Find(EnvironmentVariables.GatewayHealthPath) ?? defaults.HealthPath,
            OpsToken = environment.FindSecret(EnvironmentVariables.GatewayOpsToken),
            ProxyAuthorization = environment.FindSecret(EnvironmentVariables.ProxyAuthorizationHeader),
        };
    }
}
