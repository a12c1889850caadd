using System;
using System.Net.Http;
using System.Net.Sockets;
using System.Threading.Tasks;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace LightningOps.Http;

/// <summary>When a call is tried again and how long a try may take (docs/reference/control-plane.md#transport).</summary>
internal static class RetryPipeline
{
    /// <summary>The pipeline of calls that may arrive twice, or of those that may not.</summary>
    public static ResiliencePipeline<HttpAnswer> Build(RetryOptions options, bool repeatable)
    {
        var builder = new ResiliencePipelineBuilder<HttpAnswer> { TimeProvider = options.Time };
        if (options.Tries > 1)
        {
            builder.AddRetry(new RetryStrategyOptions<HttpAnswer>
            {
                MaxRetryAttempts = options.Tries - 1,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.RetryDelay,
                MaxDelay = options.MaxRetryDelay,
                DelayGenerator = args => new ValueTask<TimeSpan?>(Shorter(args.Outcome.Result?.RetryAfter, options.MaxRetryDelay)),

                // Who asks for a longer wait is not asked again before: the operator is told when.
                ShouldHandle = args => new ValueTask<bool>(
                    !(args.Outcome.Result?.RetryAfter > options.MaxRetryAfter) && (repeatable ? IsTransient(args.Outcome) : IsNotDelivered(args.Outcome.Exception))),
            });
        }

        return builder.AddTimeout(new TimeoutStrategyOptions { Timeout = options.TryTimeout }).Build();
    }

    /// <summary>Whether the request certainly did not reach the server: there was no connection to send it on.</summary>
    public static bool IsNotDelivered(Exception? failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData })
            {
                return true;
            }
        }

        return false;
    }

    // 560 is how Convex says that the function itself threw: it would throw again.
    private static bool IsTransient(Outcome<HttpAnswer> outcome) =>
        outcome.Exception is HttpRequestException or TimeoutRejectedException
        || outcome.Result?.StatusCode is 408 or 429 or (>= 500 and < 560) or (> 560 and < 600);

    private static TimeSpan? Shorter(TimeSpan? asked, TimeSpan longest) => asked > longest ? longest : asked;
}
