using System;
using System.Net.Http;
using System.Threading.Tasks;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace LightningOps.Http;

/// <summary>When a request is retried, and the time limit of an attempt (docs/reference/control-plane.md#transport).</summary>
internal static class RetryPipeline
{
    // The minimum time limit of the pipeline.
    private static readonly TimeSpan MinLimit = TimeSpan.FromMilliseconds(10);

    /// <summary>The pipeline of tries.</summary>
    /// <param name="options">Limits of the tries.</param>
    /// <param name="isWorthRepeating">Whether an attempt with this failure or answer is followed by another.</param>
    public static ResiliencePipeline<GatewayAnswer> Build(RetryOptions options, Func<Exception?, GatewayAnswer?, bool> isWorthRepeating)
    {
        var builder = new ResiliencePipelineBuilder<GatewayAnswer> { TimeProvider = options.Time };
        if (options.Tries > 1)
        {
            builder.AddRetry(new RetryStrategyOptions<GatewayAnswer>
            {
                MaxRetryAttempts = options.Tries - 1,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.RetryDelay,
                MaxDelay = options.MaxRetryDelay,
                DelayGenerator = args => new ValueTask<TimeSpan?>(Shorter(args.Outcome.Result?.RetryAfter, options.MaxRetryDelay)),

                // A server that requests a longer wait is not called earlier; the failure states when.
                ShouldHandle = args => new ValueTask<bool>(
                    !(args.Outcome.Result?.RetryAfter > options.MaxRetryAfter) && isWorthRepeating(args.Outcome.Exception, args.Outcome.Result)),
            });
        }

        return builder.AddTimeout(new TimeoutStrategyOptions { Timeout = options.TryTimeout }).Build();
    }

    /// <summary>The pipeline of one try.</summary>
    public static ResiliencePipeline BuildTimeLimit(TimeProvider time, TimeSpan limit) =>
        new ResiliencePipelineBuilder { TimeProvider = time }.AddTimeout(new TimeoutStrategyOptions { Timeout = limit > MinLimit ? limit : MinLimit }).Build();

    /// <summary>Whether the same request may succeed a little later; it may arrive twice.</summary>
    public static bool IsTransient(Exception? failure, GatewayAnswer? answer) =>
        failure is HttpRequestException or TimeoutRejectedException || answer is { IsTransient: true };

    private static TimeSpan? Shorter(TimeSpan? asked, TimeSpan max) => asked > max ? max : asked;
}
