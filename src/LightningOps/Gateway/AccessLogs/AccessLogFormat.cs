namespace LightningOps.Gateway.AccessLogs;

/// <summary>The format of an access log.</summary>
public enum AccessLogFormat
{
    /// <summary>Detected from the first line that is a request; in the combined formats each line shows whether it names the host.</summary>
    Auto,

    /// <summary>Apache's vhost_combined, or nginx's combined after <c>$host</c>: <c>host:port client - user [time] "GET / HTTP/1.1" 200 …</c>; the port may be missing.</summary>
    VhostCombined,

    /// <summary>The combined or common format of Apache and nginx, without the host.</summary>
    Combined,

    /// <summary>One JSON object per line, as from nginx, Caddy or Traefik.</summary>
    Json,

    /// <summary>Aperture's own log, which contains neither host nor status.</summary>
    Aperture,
}
