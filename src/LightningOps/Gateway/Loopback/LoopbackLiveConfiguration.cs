using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.Loopback.Configuration;
using LightningOps.Gateway.Loopback.Limits;
using LightningOps.Gateway.Loopback.Matching;

namespace LightningOps.Gateway.Loopback;

/// <summary>A live configuration. A new one starts with full buckets, like a restarted Aperture.</summary>
internal sealed class LoopbackLiveConfiguration
{
    private static readonly byte[] NoServices = Encoding.ASCII.GetBytes("services: []\n");
    private readonly ServiceMatcher matcher;
    private readonly Dictionary<LoopbackService, RateLimiter> limiters;
    private readonly Dictionary<LoopbackService, Freebies> freebies;

    /// <summary>Prepares the bytes of a file, or of a compiled artifact, to be served.</summary>
    /// <exception cref="LoopbackConfigException">They cannot be served.</exception>
    public LoopbackLiveConfiguration(byte[] bytes, GatewayDeployment? deployment, Func<string, string?> environment, TimeProvider time)
    {
        File = Read(bytes);
        Config = LoopbackConfigReader.Read(Encoding.UTF8.GetString(bytes), environment);
        Deployment = deployment;
        matcher = new ServiceMatcher(Config.Services);
        limiters = Config.Services.Where(static service => service.RateLimits.Count > 0).ToDictionary(static service => service, service => new RateLimiter(service.RateLimits, time));
        freebies = Config.Services.Where(static service => service.Auth.Kind == AuthKind.Freebie).ToDictionary(static service => service, static service => new Freebies(service.Auth.FreeRequests));
    }

    /// <summary>The bytes with their services.</summary>
    public LiveFile File { get; }

    /// <summary>The parsed configuration.</summary>
    public LoopbackConfig Config { get; }

    /// <summary>The roll-out it came with; null if there is none.</summary>
    public GatewayDeployment? Deployment { get; }

    /// <summary>A configuration without services.</summary>
    public static LoopbackLiveConfiguration Empty(TimeProvider time) => new(NoServices, null, static _ => null, time);

    public LoopbackService? Find(RequestTarget target) => matcher.Find(target.Host, target.Path);

    /// <summary>Admits a request under the rate limits; null, or the minimum wait.</summary>
    public TimeSpan? TryAdmit(LoopbackService service, string path, string client) =>
        limiters.TryGetValue(service, out var limiter) ? limiter.TryAdmit(path, client) : null;

    /// <summary>Takes one of the free requests of a network.</summary>
    public bool TryTakeFreebie(LoopbackService service, string network) => freebies[service].TryTake(network);

    private static LiveFile Read(byte[] bytes)
    {
        try
        {
            return LiveFile.FromBytes(bytes);
        }
        catch (ApertureConfigFormatException unreadable)
        {
            throw new LoopbackConfigException(unreadable.Message, unreadable.Remedy);
        }
    }
}
