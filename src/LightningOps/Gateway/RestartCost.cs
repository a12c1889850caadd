using System;
using System.IO;
using LightningOps.Gateway.AccessLogs;
using LightningOps.Gateway.ApertureFile;

namespace LightningOps.Gateway;

/// <summary>The cost of a restart of a file gateway's Aperture for its clients, from the last start and an access log.</summary>
public sealed record RestartCost
{
    /// <summary>Duration of the last observed start; null if none.</summary>
    public TimeSpan? LastStart { get; init; }

    /// <summary>Requests per second in the last hour of the access log; null if unknown.</summary>
    public double? RequestsPerSecond { get; init; }

    /// <summary>The access log that was read; null for none.</summary>
    public string? AccessLogPath { get; init; }

    /// <summary>Requests during a start as long as the last one, which a drain would save; null if unknown.</summary>
    public long? Requests => LastStart is { } start && RequestsPerSecond is { } rate ? (long)Math.Ceiling(start.TotalSeconds * rate) : null;

    /// <summary>The cost of the next restart; null for a gateway that a roll-out does not restart.</summary>
    /// <param name="gateway">The gateway.</param>
    /// <param name="accessLog">Its access log; null for Aperture's own log, if it can be read.</param>
    /// <exception cref="IOException">The given log cannot be read.</exception>
    public static RestartCost? Find(IGateway gateway, string? accessLog)
    {
        if (gateway is not IRestarted { Restarts: true } restarted)
        {
            return null;
        }

        var path = accessLog ?? restarted.FindAccessLog();
        return new RestartCost { LastStart = restarted.LastStart, AccessLogPath = path, RequestsPerSecond = path is null ? null : FindRate(path, isNamed: accessLog is not null) };
    }

    /// <summary>Last start and requests, in sentences.</summary>
    public override string ToString() =>
        (LastStart is { } start ? FormattableString.Invariant($"The last start of Aperture took {start.TotalSeconds:0.0} s. ") : "How long a start of Aperture takes is not known. ")
        + (Requests is { } requests ? FormattableString.Invariant($"At {RequestsPerSecond:0.##} requests per second a restart costs about {requests} {(requests == 1 ? "request" : "requests")}, which a drain saves.")
            : "How many requests a drain would save is not known.");

    private static double? FindRate(string path, bool isNamed)
    {
        try
        {
            return AccessLogRate.Find(path);
        }
        catch (Exception failure) when (!isNamed && failure is (IOException or UnauthorizedAccessException))
        {
            return null;
        }
    }
}
