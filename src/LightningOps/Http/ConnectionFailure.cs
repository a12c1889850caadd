using System;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;

namespace LightningOps.Http;

/// <summary>Names what went wrong with a connection.</summary>
internal static class ConnectionFailure
{
    /// <summary>TLS was refused: mostly a certificate that is not trusted.</summary>
    public const string TlsRefused = "tls_refused";

    /// <summary>The socket's error in snake case, <c>tls_refused</c> or <c>no_answer</c>.</summary>
    public static string GetCode(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SocketException socket:
                    return JsonNamingPolicy.SnakeCaseLower.ConvertName(socket.SocketErrorCode.ToString());
                case AuthenticationException:
                    return TlsRefused;
            }
        }

        return "no_answer";
    }
}
