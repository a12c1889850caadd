using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Tests.Support;

/// <summary>What a <see cref="LoopbackServer"/> does with one request.</summary>
public sealed class Reply
{
    private readonly Func<Stream, CancellationToken, Task> write;

    private Reply(Func<Stream, CancellationToken, Task> write, bool readsRequest = true)
    {
        this.write = write;
        ReadsRequest = readsRequest;
    }

    /// <summary>Closes the connection without reading the request.</summary>
    public static Reply DropBeforeReading { get; } = new((_, _) => Task.CompletedTask, readsRequest: false);

    /// <summary>Reads the request and closes the connection.</summary>
    public static Reply DropAfterReading { get; } = new((_, _) => Task.CompletedTask);

    /// <summary>Reads the request and says nothing until the server goes.</summary>
    public static Reply Stall { get; } = Stalled(null);

    public bool ReadsRequest { get; }

    public static Reply Json(string body, int status = 200, params (string Name, string Value)[] headers) =>
        new((stream, token) => WriteAsync(stream, Head(status, headers, "content-length: " + Encoding.UTF8.GetByteCount(body)) + body, token));

    /// <summary>A refusal as RFC 9457 has it.</summary>
    public static Reply Problem(string body, int status, params (string Name, string Value)[] headers) =>
        new((stream, token) => WriteAsync(stream, Head(status, headers, "content-length: " + Encoding.UTF8.GetByteCount(body)).Replace("application/json", "application/problem+json", StringComparison.Ordinal) + body, token));

    /// <summary>A body compressed as a server does it that was told it may, or changed after that.</summary>
    public static Reply Gzip(string body, Func<byte[], byte[]>? change = null, params (string Name, string Value)[] headers) => new(async (stream, token) =>
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionMode.Compress, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(body));
        }

        var sent = change?.Invoke(compressed.ToArray()) ?? compressed.ToArray();
        await WriteAsync(stream, Head(200, [("content-encoding", "gzip"), .. headers], "content-length: " + sent.Length), token);
        await stream.WriteAsync(sent, token);
    });

    /// <summary>A status with an empty JSON object.</summary>
    public static Reply Status(int status, params (string Name, string Value)[] headers) => Json("{}", status, headers);

    /// <summary>Bytes that are no answer of HTTP/1.1.</summary>
    public static Reply Raw(byte[] bytes) => new((stream, token) => stream.WriteAsync(bytes, token).AsTask());

    /// <summary>Announces the whole body, sends half of it and closes.</summary>
    public static Reply Truncated(string body) =>
        new((stream, token) => WriteAsync(stream, Head(200, [], "content-length: " + Encoding.UTF8.GetByteCount(body)) + body[..(body.Length / 2)], token));

    /// <summary>Reads the request, tells so where asked to, and says nothing until the server goes.</summary>
    public static Reply Stalled(Action? told) =>
        new((_, token) =>
        {
            told?.Invoke();
            return Task.Delay(Timeout.Infinite, token);
        });

    /// <summary>Sends the headers and half of the body, tells so where asked to, then says nothing more.</summary>
    public static Reply StalledBody(string body, Action? told = null) =>
        new(async (stream, token) =>
        {
            await WriteAsync(stream, Head(200, [], "content-length: " + Encoding.UTF8.GetByteCount(body)) + body[..(body.Length / 2)], token);
            told?.Invoke();
            await Task.Delay(Timeout.Infinite, token);
        });

    /// <summary>Sends a chunk and leaves the body open until the client goes.</summary>
    public static Reply Open(string chunk) =>
        new(async (stream, token) =>
        {
            await WriteAsync(stream, Head(200, [], "transfer-encoding: chunked") + Encoding.UTF8.GetByteCount(chunk).ToString("x") + "\r\n" + chunk + "\r\n", token);
            await Task.Delay(Timeout.Infinite, token);
        });

    /// <summary>Sends the body in chunks of so many characters.</summary>
    public static Reply Chunked(string body, int size) =>
        new((stream, token) => WriteAsync(
            stream,
            Head(200, [], "transfer-encoding: chunked")
                + string.Concat(body.Chunk(size).Select(chunk => Encoding.UTF8.GetByteCount(chunk).ToString("x") + "\r\n" + new string(chunk) + "\r\n"))
                + "0\r\n\r\n",
            token));

    /// <summary>Sends a body without an end until the client goes.</summary>
    public static Reply Endless(int status, Action<int> told, params (string Name, string Value)[] headers) =>
        new(async (stream, token) =>
        {
            await WriteAsync(stream, Head(status, headers, "transfer-encoding: chunked"), token);
            var chunk = "10000\r\n" + new string('x', 0x10000) + "\r\n";
            while (!token.IsCancellationRequested)
            {
                await WriteAsync(stream, chunk, token);
                told(chunk.Length);
            }
        });

    public Task WriteAsync(Stream stream, CancellationToken token) => write(stream, token);

    private static string Head(int status, IEnumerable<(string Name, string Value)> headers, string length) =>
        "HTTP/1.1 " + status + " X\r\ncontent-type: application/json\r\nconnection: close\r\n"
        + string.Concat(headers.Select(header => header.Name + ": " + header.Value + "\r\n"))
        + length + "\r\n\r\n";

    private static async Task WriteAsync(Stream stream, string text, CancellationToken token)
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text), token);
        await stream.FlushAsync(token);
    }
}
