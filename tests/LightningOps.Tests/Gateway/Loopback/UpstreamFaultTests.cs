using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Gateway.Loopback;

/// <summary>What a client gets when an upstream fails: what Go's reverse proxy gives it.</summary>
public sealed class UpstreamFaultTests
{
    private const string Get = "GET /a HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n\r\n";

    [Fact]
    public async Task One_that_is_down_is_a_502_without_a_body()
    {
        var port = FreePort();

        Assert.Matches("^HTTP/1.1 502 Bad Gateway\r\nDate: [^\r]+\r\nContent-Length: 0\r\nConnection: close\r\n\r\n$", await AskAsync("127.0.0.1:" + port));
    }

    [Fact]
    public async Task One_that_closes_before_it_answers_is_a_502()
    {
        await using var upstream = new LoopbackServer(_ => Task.FromResult(Reply.DropAfterReading));

        Assert.StartsWith("HTTP/1.1 502", await AskAsync(new Uri(upstream.Url).Authority), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_stops_within_its_answer_ends_the_connection()
    {
        await using var upstream = new LoopbackServer(_ => Task.FromResult(Reply.Truncated("{\"services\":[]}")));

        var answer = await AskAsync(new Uri(upstream.Url).Authority);

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        var length = int.Parse(answer.Split("Content-Length: ")[1].Split('\r')[0]);
        Assert.True(answer.Length - answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) - 4 < length);
    }

    [Fact]
    public async Task One_that_never_answers_keeps_no_gateway_from_stopping()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = new LoopbackServer(_ =>
        {
            asked.TrySetResult();
            return Task.FromResult(Reply.Stall);
        });
        var bench = Bench(new Uri(upstream.Url).Authority);
        var asking = bench.RawAsync(Get);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(60));

        bench.Dispose();

        await asking.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task One_that_is_not_trusted_is_taken_as_aperture_does_unless_told_otherwise()
    {
        using var certificate = SelfSigned();
        await using var upstream = new LoopbackServer(_ => Task.FromResult(Reply.Status(200)), certificate);
        var secured = LoopbackBench.Selling(more: "    auth: \"off\"\n").Replace("UPSTREAM", new Uri(upstream.Url).Authority, StringComparison.Ordinal).Replace("protocol: http", "protocol: https", StringComparison.Ordinal);
        using var lenient = new LoopbackBench(secured);
        using var strict = new LoopbackBench(secured, options => options with { VerifyUpstreamCertificates = true });

        Assert.StartsWith("HTTP/1.1 200", await lenient.RawAsync(Get), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 502", await strict.RawAsync(Get), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirects_and_compressed_answers_are_the_clients_own()
    {
        await using var upstream = new LoopbackServer(_ => Task.FromResult(Reply.Status(302, ("Location", "/elsewhere"), ("Content-Encoding", "gzip"))));

        using var bench = Bench(new Uri(upstream.Url).Authority);
        var answer = await bench.RawAsync(Get.Replace("\r\n\r\n", "\r\nAccept-Encoding: gzip\r\n\r\n", StringComparison.Ordinal));

        Assert.Contains("Location: /elsewhere\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("Content-Encoding: gzip\r\n", answer, StringComparison.Ordinal);
        Assert.Single(upstream.Requests);
    }

    // net/http, Transport: gzip is unpacked where the client did not ask for it.
    [Theory]
    [InlineData("", false)]
    [InlineData("Accept-Encoding: gzip\r\n", true)]
    [InlineData("Range: bytes=0-9\r\n", true)]
    public async Task A_compressed_answer_is_unpacked_unless_the_client_asked_for_it(string header, bool isPassedOn)
    {
        await using var upstream = new LoopbackServer(_ => Task.FromResult(Reply.Gzip("{\"unpacked\":true}")));
        using var bench = Bench(new Uri(upstream.Url).Authority);

        var answer = await bench.RawAsync(Get.Replace("\r\n\r\n", "\r\n" + header + "\r\n", StringComparison.Ordinal));

        Assert.Equal(isPassedOn, answer.Contains("Content-Encoding: gzip", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(!isPassedOn, answer.Contains("{\"unpacked\":true}", StringComparison.Ordinal));
        Assert.Equal(header.StartsWith("Range", StringComparison.Ordinal) ? null : "gzip", Assert.Single(upstream.Requests).Headers.GetValueOrDefault("accept-encoding"));
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=nobody", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    private static LoopbackBench Bench(string upstream) => new(LoopbackBench.Selling(more: "    auth: \"off\"\n").Replace("UPSTREAM", upstream, StringComparison.Ordinal));

    private static async Task<string> AskAsync(string upstream)
    {
        using var bench = Bench(upstream);
        return await bench.RawAsync(Get);
    }

    private static int FreePort()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        return port;
    }
}
