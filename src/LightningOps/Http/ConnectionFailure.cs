using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;

namespace LightningOps.Http;

/// <summary>Classifies a failure of a connection, and whether anything was sent.</summary>
internal static class ConnectionFailure
{
    /// <summary>TLS was refused, usually because the certificate is not trusted.</summary>
    public const string TlsRefused = "tls_refused";

    /// <summary>The server answered, and the headers of its answer exceed the limit.</summary>
    public const string HeadersTooLarge = "answer_headers_too_large";

    /// <summary>The reason of a request without a usable answer: <c>connection_failed:</c> with the code, or <see cref="HeadersTooLarge"/>.</summary>
    public static string GetReason(Exception failure) => AreHeadersTooLarge(failure) ? HeadersTooLarge : "connection_failed:" + GetCode(failure);

    /// <summary>The socket's error in snake case, <c>tls_refused</c> or <c>no_answer</c>.</summary>
    public static string GetCode(Exception failure)
    {
        foreach (var cause in Causes(failure))
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

    /// <summary>Whether the request certainly did not reach the server, because there was no connection.</summary>
    public static bool IsNotDelivered(Exception? failure) => Causes(failure).Any(static cause =>
        cause is SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData });

    /// <summary>Whether the request certainly was not sent; also true for a failed TLS handshake.</summary>
    public static bool IsNotSent(Exception failure) => IsNotDelivered(failure) || Causes(failure).Any(static cause => cause is AuthenticationException);

    // HttpRequestException.HttpRequestError of .NET 8, and WebException of .NET Framework.
    private static bool AreHeadersTooLarge(Exception failure) => Causes(failure).Any(static cause =>
        cause is WebException { Status: WebExceptionStatus.MessageLengthLimitExceeded }
        || (cause is HttpRequestException && typeof(HttpRequestException).GetProperty("HttpRequestError")?.GetValue(cause)?.ToString() == "ConfigurationLimitExceeded"));

    private static IEnumerable<Exception> Causes(Exception? failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }
}
