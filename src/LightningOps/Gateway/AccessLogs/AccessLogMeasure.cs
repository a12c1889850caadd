using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Threading;
using LightningOps.Compile;
using LightningOps.Gateway.Routing;
using LightningOps.Http;

namespace LightningOps.Gateway.AccessLogs;

/// <summary>Reads access logs line by line and counts the outcome of their requests.</summary>
public static class AccessLogMeasure
{
    // A longer line is not a request: Go's server limits the head to a megabyte.
    private const int MaxLine = 1 << 20;

    // RFC 1952, 2.3.1: the first octets of a gzip member.
    private const int GzipFirst = 0x1f;
    private const int GzipSecond = 0x8b;

    /// <summary>Measures files; those that are gzip are unpacked.</summary>
    /// <param name="files">The files.</param>
    /// <param name="format">The format of the lines.</param>
    /// <param name="hostName">Host of requests whose line has none.</param>
    /// <param name="served">The live configuration.</param>
    /// <param name="planned">The configuration to compare with.</param>
    /// <param name="cancellationToken">Stops between two lines, and within a long one.</param>
    /// <exception cref="ConfigException">The lines have no host and none is given, <paramref name="hostName"/> is not a host, no line is a request, or a file is gzip that is damaged or cut off.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static AccessLogMeasurement Run(IReadOnlyList<string> files, AccessLogFormat format, string? hostName, RouteTable served, RouteTable planned, CancellationToken cancellationToken)
    {
        var reader = new AccessLogLine(format, hostName is null ? null : HostName.Read(hostName.Trim(), "with a port if it is not 80 or 443"));
        var meter = new AccessLogMeter(served, planned);
        long lines = 0;
        long unreadable = 0;
        foreach (var file in files)
        {
            using var text = Open(file);
            var logged = new BoundedLines(text, MaxLine);
            while (ReadNext(logged, file, cancellationToken))
            {
                lines++;
                if ((logged.Line is { } line ? reader.Read(line) : null) is { } request)
                {
                    meter.Add(request);
                }
                else if (reader.LacksHost)
                {
                    throw new ConfigException("HostName", "missing: the lines of " + file + " do not name the host", "Specify the Host header that clients send with -HostName, or -Format VhostCombined if the first field of each line is the host.");
                }
                else if (logged.Line is null || !reader.IsOther)
                {
                    unreadable++;
                }
            }
        }

        return meter.Requests == 0 && unreadable > 0
            ? throw new ConfigException("Path", "has no line that is a request", "Specify -Format, and the log of a web server or of Aperture.")
            : meter.GetMeasurement(files, reader.Format, lines, unreadable);
    }

    private static bool ReadNext(BoundedLines lines, string file, CancellationToken cancellationToken)
    {
        try
        {
            return lines.Read(cancellationToken);
        }
        catch (Exception broken) when (broken is EndOfStreamException or DamagedBodyException)
        {
            throw new ConfigException("Path", "is gzip that is " + (broken is EndOfStreamException ? "cut off" : "damaged") + ", and its requests are not all known: " + file, "Copy the log again, and check it with gzip -t.");
        }
    }

    private static StreamReader Open(string file)
    {
        var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
        return new StreamReader(IsGzip(stream) ? new DecodedStream(stream, isGzip: true) : stream, new UTF8Encoding(false), true, 1 << 16);
    }

    // Rotated logs are also packed under names such as access.log.1. No log begins with these octets.
    private static bool IsGzip(FileStream stream)
    {
        if (!stream.CanSeek)
        {
            return stream.Name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        }

        var isGzip = stream.ReadByte() == GzipFirst && stream.ReadByte() == GzipSecond;
        stream.Seek(0, SeekOrigin.Begin);
        return isGzip;
    }
}
