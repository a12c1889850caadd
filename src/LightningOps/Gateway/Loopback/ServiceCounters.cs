using System.Threading;

namespace LightningOps.Gateway.Loopback;

/// <summary>What has become of the requests of one service.</summary>
internal sealed class ServiceCounters
{
    private long requests;
    private long challenges;
    private long refused;
    private long authorized;
    private long limited;
    private long forwarded;
    private long unanswered;

    public void CountRequest() => Interlocked.Increment(ref requests);

    public void CountChallenge() => Interlocked.Increment(ref challenges);

    public void CountRefused() => Interlocked.Increment(ref refused);

    public void CountAuthorized() => Interlocked.Increment(ref authorized);

    public void CountLimited() => Interlocked.Increment(ref limited);

    public void CountForwarded() => Interlocked.Increment(ref forwarded);

    public void CountUpstreamFailure() => Interlocked.Increment(ref unanswered);

    /// <summary>The counts as they are now.</summary>
    public LoopbackServiceStatus Of(GatewayService service) => new()
    {
        Service = service,
        Requests = Interlocked.Read(ref requests),
        Challenges = Interlocked.Read(ref challenges),
        CredentialsRefused = Interlocked.Read(ref refused),
        Authorized = Interlocked.Read(ref authorized),
        RateLimited = Interlocked.Read(ref limited),
        Forwarded = Interlocked.Read(ref forwarded),
        UpstreamFailures = Interlocked.Read(ref unanswered),
    };
}
