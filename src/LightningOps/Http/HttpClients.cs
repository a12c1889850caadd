using System;
using System.Net;
using System.Net.Http;
using System.Reflection;
using System.Threading;

namespace LightningOps.Http;

/// <summary>
/// Clients with a User-Agent that follow no redirect and keep no cookie. Requests to this machine never use a proxy:
/// plain HTTP is allowed because it does not leave the machine.
/// </summary>
internal static class HttpClients
{
    /// <summary>Name and version sent with every request without a User-Agent.</summary>
    public static string UserAgent { get; } = "LightningOps/" + typeof(HttpClients).Assembly.GetName().Version!.ToString(3);

    /// <summary>A client without a time limit. The sender limits the time by the injected clock.</summary>
    /// <param name="given">A handler that is disposed elsewhere; null for none.</param>
    /// <param name="own">Creates the handler if none is given.</param>
    /// <param name="accept">Media type sent as Accept with every request that has none.</param>
    public static HttpClient Create(HttpMessageHandler? given, Func<HttpMessageHandler> own, string accept)
    {
        var client = new HttpClient(new DecodingHandler(given ?? own()), disposeHandler: given is null);
        client.Timeout = Timeout.InfiniteTimeSpan;
        client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", UserAgent);
        client.DefaultRequestHeaders.TryAddWithoutValidation("Accept", accept);
        return client;
    }

    /// <summary>The handler of a client. It does not decompress; <see cref="Create"/> does.</summary>
    public static HttpClientHandler CreateHandler() => CreateHandler(SystemProxy());

    /// <summary>The handler of a client whose requests to other machines use a proxy.</summary>
    /// <param name="proxy">The proxy; null for none.</param>
    public static HttpClientHandler CreateHandler(IWebProxy? proxy) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        Proxy = proxy is null ? null : new RemoteProxy(proxy),
        UseProxy = proxy is not null,
    };

    // HTTP_PROXY and the system's settings; .NET Standard lacks the first.
    private static IWebProxy? SystemProxy() =>
        typeof(HttpClient).GetProperty("DefaultProxy", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) as IWebProxy ?? WebRequest.DefaultWebProxy;

    private sealed class RemoteProxy : IWebProxy
    {
        private readonly IWebProxy proxy;

        public RemoteProxy(IWebProxy proxy) => this.proxy = proxy;

        public ICredentials? Credentials
        {
            get => proxy.Credentials;
            set => proxy.Credentials = value;
        }

        public Uri? GetProxy(Uri destination) => destination.IsLoopback ? destination : proxy.GetProxy(destination);

        public bool IsBypassed(Uri host) => host.IsLoopback || proxy.IsBypassed(host);
    }
}
