using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using LightningOps.Http;
using LightningOps.Tests.Docs;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Http;

public sealed class HttpClientsTests : IAsyncLifetime
{
    private readonly LoopbackServer server = new();
    private readonly LoopbackServer proxy = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        await proxy.DisposeAsync();
    }

    [Fact]
    public async Task What_stays_on_this_machine_never_goes_through_a_proxy_and_the_rest_does()
    {
        using var client = HttpClients.Create(null, () => HttpClients.CreateHandler(new WebProxy(proxy.Url)), "application/json");
        server.Enqueue(Reply.Json("\"here\""));
        proxy.Enqueue(Reply.Json("\"there\""));

        Assert.Equal("\"here\"", await client.GetStringAsync(server.Url));
        Assert.Equal("\"there\"", await client.GetStringAsync("http://gateway.example.com/"));

        Assert.Equal((1, 1), (server.Requests.Count, proxy.Requests.Count));
    }

    [Fact]
    public void Every_handler_is_made_in_one_place()
    {
        var makers = Directory.EnumerateFiles(Repository.GetPath("src"), "*.cs", SearchOption.AllDirectories)
            .Where(static path => !path.Contains(Path.DirectorySeparatorChar + "obj" + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            .Where(static path => Regex.IsMatch(File.ReadAllText(path), @"new (HttpClientHandler|SocketsHttpHandler|WinHttpHandler|HttpClient\(\))|WebRequest\.Create|WebClient"))
            .Select(Path.GetFileName);

        Assert.Empty(makers);
        Assert.Contains("HttpClientHandler CreateHandler(IWebProxy? proxy) => new()", Repository.Read("src/LightningOps/Http/HttpClients.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_may_say_otherwise_who_sends_it()
    {
        using var client = HttpClients.Create(null, HttpClients.CreateHandler, "*/*");
        server.Enqueue(Reply.Json("1"));
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Url);
        request.Headers.TryAddWithoutValidation("User-Agent", "mine/1");
        request.Headers.TryAddWithoutValidation("Accept", "text/plain");

        using var answer = await client.SendAsync(request);

        Assert.Equal(("mine/1", "text/plain"), (server.Requests[0].Headers["user-agent"], server.Requests[0].Headers["accept"]));
    }
}
