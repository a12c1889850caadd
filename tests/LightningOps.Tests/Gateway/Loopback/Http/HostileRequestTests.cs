using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using CsCheck;
using LightningOps.Gateway.Loopback.Http;
using LightningOps.Tests.Re2;
using Xunit;

namespace LightningOps.Tests.Gateway.Loopback.Http;

/// <summary>The server itself, with raw sockets: whatever is sent, it answers or closes, and goes on serving others.</summary>
public sealed class HostileRequestTests : IDisposable
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);
    private readonly HttpServer server = Start(new HttpServerOptions { MaxHeadSize = 8192, MaxHeaders = 20, MaxDrainSize = 4096, StopTimeout = Short });

    public void Dispose() => server.Dispose();

    [Fact]
    public async Task A_fault_of_the_handler_is_answered_with_500_and_ends_the_connection()
    {
        using var faulty = Start(new HttpServerOptions { StopTimeout = Short }, static _ => throw new NotSupportedException("a secret"));
        using var client = new TcpClient();
        await client.ConnectAsync(faulty.EndPoint);
        await client.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);

        // Until the server closes the connection.
        var answer = await reader.ReadToEndAsync();

        Assert.StartsWith("HTTP/1.1 500 ", answer, StringComparison.Ordinal);
        Assert.Contains("NotSupportedException", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nabc", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x3\r\n\r\nabc", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\nabc", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 501)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n Folded: b\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\n X: b\r\nHost: a\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: \r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nTrailer: Content-Length\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400)]
    [InlineData("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("GET one HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("OPTIONS /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nExpect: 200-maybe\r\n\r\n", 417)]
    [InlineData("GET / HTTP/1.10\r\nHost: a\r\n\r\n", 400)]
    [InlineData("GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nno colon\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nNo colon\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400)]
    [InlineData("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("GET /\r\nHost: a\r\n\r\n", 400)]
    [InlineData("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505)]
    [InlineData("GET / FTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("\u0016\u0003\u0001\u0002\0\u0001\0\u0001\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n0\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc", 400)]
    public async Task What_Go_refuses_is_refused_and_nothing_behind_it_is_answered(string sent, int status)
    {
        var answer = await SendAsync(sent + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 " + status + " ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("/smuggled", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "GET / 0", 2)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", "GET / 3", 2)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 003\r\n\r\nabc", "GET / 3", 2)]
    [InlineData("GET / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "GET / 0", 1)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", "GET / 0", 2)]
    [InlineData("GET / HTTP/1.1\nHost: a\n\n", "GET / 0", 2)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n folded\r\n\r\n", "GET / 0", 2)]
    [InlineData("GET / HTTP/1.9\r\nHost: a\r\n\r\n", "GET / 0", 2)]
    [InlineData("GET http:/a HTTP/1.1\r\nHost: a\r\n\r\n", "GET http:/a 0", 2)]
    [InlineData("GET http://\"<>.example/ HTTP/1.1\r\nHost: a\r\n\r\n", "GET http://\"<>.example/ 0", 2)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3 \r\nabc\r\n0\r\nX: y\r\n\r\n\r\n", "POST / 3", 2)]
    public async Task What_other_servers_refuse_is_read_as_Go_reads_it(string sent, string answer, int answers)
    {
        var text = await SendAsync(sent + "GET /behind HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.Contains("\r\n\r\n" + answer, text, StringComparison.Ordinal);
        Assert.Equal(answers, text.Split(" 200 OK").Length - 1);
        Assert.Equal(answers == 2, text.Contains("GET /behind 0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_giant_head_is_refused()
    {
        Assert.StartsWith("HTTP/1.1 431 ", await SendAsync("GET /" + new string('a', 100_000) + " HTTP/1.1\r\nHost: a\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 431 ", await SendAsync("GET / HTTP/1.1\r\nHost: a\r\n" + string.Concat(Enumerable.Range(0, 30).Select(i => "X" + i + ": b\r\n")) + "\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pipelined_requests_are_answered_in_order_each_with_its_own_body()
    {
        var answer = await SendAsync(
            "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /2 HTTP/1.1\r\nHost: a\r\n\r\nPOST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\nTrailer: t\r\n\r\n\r\nGET /4 HTTP/1.0\r\n\r\n");

        Assert.Equal(["POST /1 3", "GET /2 0", "POST /3 3", "GET /4 0"], answer.Split("\r\n").Where(line => line.Contains(" /", StringComparison.Ordinal)).Select(line => line.Split("HTTP/1.")[0]));
    }

    [Fact]
    public async Task A_request_may_come_in_bytes()
    {
        using var client = await ConnectAsync();
        foreach (var one in Encoding.ASCII.GetBytes("POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n0\r\n\r\n"))
        {
            await client.WriteAsync(new[] { one });
        }

        Assert.EndsWith("POST /a 3", await ReadAsync(client), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET / HTTP/1.0\r\n\r\n", null)]
    [InlineData("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "keep-alive")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "close")]
    public async Task A_connection_is_kept_as_the_client_asks(string sent, string? header) =>
        Assert.Equal(header, (await SendAsync(sent)).Split("\r\n").SingleOrDefault(static line => line.StartsWith("Connection: ", StringComparison.Ordinal))?["Connection: ".Length..]);

    [Fact]
    public async Task HEAD_has_a_length_and_no_body()
    {
        var answer = await SendAsync("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        Assert.Contains("Content-Length: 9\r\n\r\nHTTP/1.1 200 OK", answer.Replace("Date: ", "D: ", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_asks_first_is_told_to_go_on_when_the_body_is_read()
    {
        using var client = await ConnectAsync();
        await WriteAsync(client, "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n");
        var interim = new byte[25];
        await client.ReadExactlyAsync(interim);
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", Encoding.ASCII.GetString(interim));

        await WriteAsync(client, "abc");

        Assert.EndsWith("POST /a 3", await ReadAsync(client), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_nobody_reads_is_passed_over_or_ends_the_connection()
    {
        Assert.Equal(2, Count(await SendAsync("POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n" + new string('x', 1000) + "GET /b HTTP/1.1\r\nHost: a\r\n\r\n")));
        Assert.Equal(1, Count(await SendAsync("POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + new string('x', 100000) + "GET /b HTTP/1.1\r\nHost: a\r\n\r\n")));
        Assert.Equal(1, Count(await SendAsync("POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")));
    }

    [Fact]
    public async Task A_body_without_end_is_not_kept_in_memory()
    {
        using var client = await ConnectAsync();
        await WriteAsync(client, "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
        var chunk = Encoding.ASCII.GetBytes("10000\r\n" + new string('x', 0x10000) + "\r\n");
        GC.Collect();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 500; i++)
        {
            await client.WriteAsync(chunk);
        }

        await WriteAsync(client, "0\r\n\r\n");
        client.Socket.Shutdown(SocketShutdown.Send);
        Assert.EndsWith("POST /a " + (500 * 0x10000), await ReadAsync(client), StringComparison.Ordinal);
        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - before < 16_000_000);
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET / HT")]
    [InlineData("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc")]
    [InlineData("POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc")]
    public async Task A_client_that_stops_sending_is_given_up(string sent)
    {
        using var impatient = Start(new HttpServerOptions { HeadTimeout = Short, IdleTimeout = Short, ReadTimeout = Short, StopTimeout = Short });
        using var client = await ConnectAsync(impatient);
        await WriteAsync(client, sent);

        await ReadAsync(client);
    }

    [Fact]
    public async Task A_head_that_comes_a_byte_at_a_time_for_ever_is_given_up()
    {
        using var impatient = Start(new HttpServerOptions { HeadTimeout = Short, StopTimeout = Short });
        using var client = await ConnectAsync(impatient);
        var watch = Stopwatch.StartNew();

        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            await WriteAsync(client, "GET / HTTP/1.1\r\nX: ");
            while (watch.Elapsed < TimeSpan.FromSeconds(30))
            {
                await WriteAsync(client, "a");
                await Task.Delay(10);
            }
        });
    }

    [Fact]
    public async Task A_client_that_does_not_read_its_answer_is_given_up()
    {
        var givenUp = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var impatient = Start(new HttpServerOptions { WriteTimeout = Short, StopTimeout = Short }, async exchange =>
        {
            try
            {
                exchange.Start(200, new HeaderLines(), null);
                var block = new byte[1 << 20];
                while (true)
                {
                    await exchange.WriteAsync(block, 0, block.Length);
                }
            }
            finally
            {
                givenUp.SetResult();
            }
        });
        using var client = await ConnectAsync(impatient);
        await WriteAsync(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");

        await givenUp.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_half_closed_client_gets_its_answer()
    {
        Assert.Contains("GET /a 0", await SendAsync("GET /a HTTP/1.1\r\nHost: a\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Half_an_answer_is_never_taken_for_a_whole_one()
    {
        using var failing = Start(new HttpServerOptions { StopTimeout = Short }, async exchange =>
        {
            exchange.Start(200, new HeaderLines(), exchange.Head.Target == "/chunked" ? null : 100);
            await exchange.WriteAsync(new byte[10], 0, 10);
        });

        foreach (var target in new[] { "/chunked", "/length" })
        {
            using var client = await ConnectAsync(failing);
            await WriteAsync(client, "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
            var answer = await ReadAsync(client);
            Assert.DoesNotContain("\r\n0\r\n", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Requests_at_work_end_when_the_server_stops()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var stopping = Start(new HttpServerOptions { StopTimeout = TimeSpan.FromSeconds(30) }, async exchange =>
        {
            begun.SetResult();
            await ended.Task;
            await exchange.AnswerAsync(200, new HeaderLines(), "done"u8.ToArray());
        });
        using var client = await ConnectAsync(stopping);
        using var idle = await ConnectAsync(stopping);
        await WriteAsync(client, "GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
        await begun.Task;

        var stop = stopping.StopAsync();
        Assert.Empty(await ReadAsync(idle));
        ended.SetResult();

        Assert.EndsWith("done", await ReadAsync(client), StringComparison.Ordinal);
        await stop;
        await Assert.ThrowsAnyAsync<SocketException>(() => ConnectAsync(stopping));
    }

    [Fact]
    public async Task A_random_request_never_ends_the_server()
    {
        var pieces = RandomExpressions.Pick("GET ", "POST ", "/a", " ", " HTTP/1.1", " HTTP/1.0", "\r\n", "\r", "\n", "Host: a", "Content-Length: ", "5", "0", "Transfer-Encoding: chunked", ":", "\0", "\u00ff", "abc", "\r\n\r\n", "Expect: 100-continue", "Connection: close");
        await pieces.Array[0, 14].SampleAsync(async parts => Assert.NotNull(await SendAsync(string.Concat(parts))), iter: 150, threads: 4);

        Assert.Contains("GET /a 0", await SendAsync("GET /a HTTP/1.1\r\nHost: a\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void It_listens_on_loopback_only() =>
        Assert.Throws<ArgumentException>(() => Start(new HttpServerOptions { Address = IPAddress.Any }));

    private static HttpServer Start(HttpServerOptions options, Func<HttpExchange, Task>? handler = null) => new(options, handler ?? AnswerAsync);

    private static async Task AnswerAsync(HttpExchange exchange)
    {
        var total = 0;
        if (exchange.Head.Target != "/unread")
        {
            var buffer = new byte[4096];
            for (int read; (read = await exchange.Body.ReadAsync(buffer, 0, buffer.Length, CancellationToken.None)) > 0;)
            {
                total += read;
            }
        }

        await exchange.AnswerAsync(200, new HeaderLines(), Encoding.ASCII.GetBytes(exchange.Head.Method + " " + exchange.Head.Target + " " + total));
    }

    private static int Count(string answers) => answers.Split("HTTP/1.1 200").Length - 1;

    private async Task<string> SendAsync(string sent)
    {
        using var client = await ConnectAsync();
        await WriteAsync(client, sent);
        client.Socket.Shutdown(SocketShutdown.Send);
        return await ReadAsync(client);
    }

    private async Task<NetworkStream> ConnectAsync(HttpServer? to = null)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync((to ?? server).EndPoint);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static Task WriteAsync(NetworkStream client, string text) => client.WriteAsync(Encoding.Latin1.GetBytes(text)).AsTask();

    /// <summary>All that comes until the server closes; a reset ends it, too.</summary>
    private static async Task<string> ReadAsync(NetworkStream client)
    {
        var all = new MemoryStream();
        var buffer = new byte[65536];
        try
        {
            for (int read; (read = await client.ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(60))) > 0;)
            {
                all.Write(buffer, 0, read);
            }
        }
        catch (IOException)
        {
            // It was cut.
        }

        return Encoding.Latin1.GetString(all.ToArray());
    }
}
