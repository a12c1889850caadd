using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using LightningOps.Gateway.Loopback;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Gateway.Loopback;

/// <summary>
/// Requests as bytes, and what Go's net/http with the matching and forwarding of Aperture answers to them
/// (Vectors/aperture/requests.jsonl, the services in requests.yaml): status, challenge, leave for scripts, and what the
/// upstream is asked.
/// </summary>
/// <remarks>
/// Not recorded, because the client of this runtime cannot send it on: trailers, interim answers, upgrades, CONNECT, a target of
/// a scheme without a slash, bytes above ASCII in a query or a header, methods in another letter case than the standard's.
/// </remarks>
public sealed class RecordedRequestTests
{
    private static readonly IReadOnlyList<JsonElement> Rows =
        File.ReadLines(Vectors.GetPath("aperture/requests.jsonl")).Select(static line => JsonDocument.Parse(line).RootElement).ToArray();

    [Fact]
    public async Task Each_request_is_answered_as_Go_answers_it()
    {
        using var upstream = EchoUpstream.Start();
        var yaml = File.ReadAllText(Vectors.GetPath("aperture/requests.yaml")).Replace("{{B1}}", upstream.Url.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        using var gateway = LoopbackGateway.Start(new LoopbackGatewayOptions { ApertureYaml = yaml, Environment = static _ => null });
        var differences = new List<string>();
        foreach (var row in Rows)
        {
            var request = row.GetProperty("request").GetString()!;
            var before = upstream.Requests;
            var answers = await SendAsync(gateway.Port, request, row.GetProperty("answers").EnumerateArray().Select(static answer => answer.GetProperty("method").GetString()!).ToArray());
            var (recorded, actual) = (Describe(row), Describe(answers, (int)(upstream.Requests - before)));
            if (recorded != actual)
            {
                differences.Add(JsonSerializer.Serialize(request) + "\n  Go:      " + recorded + "\n  gateway: " + actual);
            }
        }

        Assert.True(Rows.Count > 440, Rows.Count + " requests");
        Assert.True(differences.Count == 0, differences.Count + " differ\n" + string.Join("\n", differences));
    }

    private static string Describe(JsonElement row)
    {
        var upstream = row.GetProperty("upstream").EnumerateArray().ToArray();
        var text = new StringBuilder();
        foreach (var answer in row.GetProperty("answers").EnumerateArray())
        {
            text.Append(answer.GetProperty("status").GetInt32()).Append(' ')
                .Append(answer.TryGetProperty("origin", out var origin) ? origin[0].GetString() : "-").Append(' ')
                .Append(answer.TryGetProperty("schemes", out var schemes) ? string.Join(",", schemes.EnumerateArray()) : "-").Append(' ')
                .Append(upstream.Length == 0 && answer.TryGetProperty("body", out var body) ? body.GetString() : "-").Append("; ");
        }

        text.Append(upstream.Length).Append(" upstream");
        if (row.GetProperty("answers").GetArrayLength() == 1 && upstream.Length == 1 && row.GetProperty("answers")[0].GetProperty("method").GetString() != "HEAD")
        {
            text.Append(' ').Append(upstream[0].GetProperty("method").GetString()).Append(' ').Append(upstream[0].GetProperty("target").GetString()).Append(' ').Append(upstream[0].GetProperty("bodyBytes").GetInt64());
        }

        return text.ToString();
    }

    private static string Describe(IReadOnlyList<Answer> answers, int upstream)
    {
        var text = new StringBuilder();
        foreach (var answer in answers)
        {
            text.Append(answer.Status).Append(' ')
                .Append(answer.Headers["access-control-allow-origin"].FirstOrDefault() ?? "-").Append(' ')
                .Append(answer.Headers["www-authenticate"].Any() ? string.Join(",", answer.Headers["www-authenticate"].Select(static value => value.Split(' ')[0])) : "-").Append(' ')
                .Append(upstream == 0 ? answer.Body : "-").Append("; ");
        }

        text.Append(upstream).Append(" upstream");
        if (answers.Count == 1 && upstream == 1 && answers[0].Method != "HEAD")
        {
            var echo = JsonDocument.Parse(answers[0].Body).RootElement;
            text.Append(' ').Append(echo.GetProperty("method").GetString()).Append(' ').Append(echo.GetProperty("target").GetString()).Append(' ').Append(echo.GetProperty("bodyBytes").GetInt64());
        }

        return text.ToString();
    }

    private static async Task<IReadOnlyList<Answer>> SendAsync(int port, string request, string[] methods)
    {
        using var client = new TcpClient(AddressFamily.InterNetwork);
        await client.ConnectAsync(IPAddress.Loopback, port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        client.Client.Shutdown(SocketShutdown.Send);
        using var sent = new MemoryStream();
        await stream.CopyToAsync(sent).WaitAsync(TimeSpan.FromSeconds(60));
        return Read(Encoding.Latin1.GetString(sent.ToArray()), methods);
    }

    private static List<Answer> Read(string text, string[] methods)
    {
        var answers = new List<Answer>();
        for (var at = 0; at < text.Length;)
        {
            var end = text.IndexOf("\r\n\r\n", at, StringComparison.Ordinal);
            Assert.True(end > 0, text);
            var lines = text[at..end].Split("\r\n");
            var headers = lines.Skip(1).ToLookup(static line => line.Split(':')[0].ToLowerInvariant(), static line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim());
            var status = int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture);
            at = end + 4;
            if (status < 200)
            {
                continue;
            }

            var method = answers.Count < methods.Length ? methods[answers.Count] : "GET";
            var length = method == "HEAD" && status != 400 ? 0
                : headers["content-length"].FirstOrDefault() is { } known ? int.Parse(known, CultureInfo.InvariantCulture)
                : text.Length - at;
            answers.Add(new Answer(method, status, headers, method == "HEAD" ? string.Empty : text.Substring(at, length)));
            at += length;
        }

        return answers;
    }

    private sealed record Answer(string Method, int Status, ILookup<string, string> Headers, string Body);
}
