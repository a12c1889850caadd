using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.Gateway.Loopback.Http;

namespace LightningOps.Gateway.Loopback;

/// <summary>What lets a browser's script read an answer (Aperture proxy/proxy.go, addCorsHeaders): lists keep what the upstream has put there.</summary>
internal static class CorsHeaders
{
    private static readonly (string Field, string[] Entries)[] Lists =
    [
        ("Access-Control-Allow-Methods", ["GET", "POST", "OPTIONS"]),
        ("Access-Control-Expose-Headers", ["WWW-Authenticate", "Payment-Receipt"]),
        ("Access-Control-Allow-Headers", ["Content-Type", "Authorization", "Grpc-Metadata-macaroon", "WWW-Authenticate", "Payment-Receipt"]),
    ];

    /// <summary>Adds them.</summary>
    public static HeaderLines AddTo(HeaderLines headers)
    {
        headers.Set("Access-Control-Allow-Origin", "*");
        foreach (var (field, entries) in Lists)
        {
            var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            headers.Set(field, string.Join(", ", headers.Members(field).ToArray().Concat(entries).Where(seen.Add)));
        }

        return headers;
    }
}
