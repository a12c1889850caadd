using System.Linq;
using LightningOps.Compile;
using LightningOps.Gateway;
using LightningOps.Gateway.Probes;
using LightningOps.Paywalls;
using LightningOps.Tests.Support;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Gateway;

/// <summary>Compiled roll-outs for tests.</summary>
internal static class Rollouts
{
    public const string Host = "shop.example.com";

    /// <summary>A roll-out of paywalls.</summary>
    public static GatewayRollout CreateRollout(string deploymentId, params Paywall[] paywalls)
    {
        var compiled = PaywallCompiler.Compile(paywalls, new CompileOptions());
        Xunit.Assert.True(compiled.Valid, string.Join("\n", compiled.Diagnostics));
        return new GatewayRollout
        {
            RequestId = "req_" + deploymentId,
            DeploymentId = deploymentId,
            ConfigHash = compiled.ConfigHash,
            Artifact = compiled.Artifact,
            Rules = compiled.Rules,
        };
    }

    /// <summary>A roll-out of one paywall a path, at 2 satoshis each.</summary>
    public static GatewayRollout OfPaths(string deploymentId, params string[] paths) =>
        CreateRollout(deploymentId, paths.Select(path => Selling(path)).ToArray());

    /// <summary>A paywall named after its path.</summary>
    public static Paywall Selling(string path, long msats = 2000) =>
        Priced("pw" + Name(path), msats, Route("r", Host, path));

    /// <summary>The same paywall with its kill switch on.</summary>
    public static Paywall Killed(this Paywall paywall) => paywall.WithPolicy(policy => policy with { KillSwitch = true });

    /// <summary>The first rule that sells.</summary>
    public static ProbeRoute? GetProbeRoute(GatewayRollout rollout, string path = "/a") =>
        rollout.Rules.FirstOrDefault(rule => !rule.IsClosed) is { } rule ? new ProbeRoute(rule, Host, path) : null;

    private static string Name(string path) => path.Replace('/', '_').Replace("*", "all");
}
