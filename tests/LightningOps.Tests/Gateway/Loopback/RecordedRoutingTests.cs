using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using LightningOps.Gateway.Loopback;
using LightningOps.L402;
using LightningOps.L402.Bolt11;
using LightningOps.L402.Challenges;
using LightningOps.L402.Macaroons;
using LightningOps.Tests.Http;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Gateway.Loopback;

/// <summary>Requests that were sent to Aperture v0.5.0 and the main branch, byte for byte, and their answers (Vectors/aperture/routing.jsonl).</summary>
public sealed class RecordedRoutingTests
{
    private static readonly Encoding Latin1 = Encoding.Latin1;

    /// <summary>Rows that are answered in another way, by id or by the part before its number, each with its reason.</summary>
    private static readonly Dictionary<string, string> Exceptions = new(StringComparer.Ordinal)
    {
        ["admin-edit"] = "the admin API is not served, and nothing is kept over a restart",
        ["static-on"] = "files are not served; a notice says so",
        ["lnd-unreachable"] = "the node is simulated and always reached",
        ["no-path-regexp#5"] = "the client of this runtime cannot send the target * on to an upstream",
        ["cors#2 v0.5.0"] = "v0.5.0 keeps the origin of the upstream beside its own; the gateway follows the main branch",
        ["dynamicprice-dead"] = "the price server is not asked; a notice says so",
    };

    [Fact]
    public async Task Each_recorded_request_is_answered_as_Aperture_answers_it()
    {
        var rows = File.ReadLines(Vectors.GetPath("aperture/routing.jsonl")).Select(static line => JsonDocument.Parse(line).RootElement).ToArray();
        var sequences = rows
            .GroupBy(static row => (Id: GetGroup(row), Version: row.GetProperty("version").GetString()!))
            .Where(static sequence => !Exceptions.ContainsKey(sequence.Key.Id))
            .ToArray();
        var differences = new List<string>();
        var compared = 0;
        foreach (var sequence in sequences)
        {
            await using var backend = new LoopbackServer(request => Task.FromResult(Answer(request)));
            using var strict = EchoUpstream.Start();
            using var gateway = Start(sequence.First(), sequence.Key.Id == "backend-wrong-protocol" ? strict.Url : new Uri(backend.Url));
            var sent = 0;
            foreach (var row in sequence.Where(static row => OperatingSystem.IsLinux() || !row.TryGetProperty("sourceAddress", out _)))
            {
                compared++;
                var id = row.GetProperty("id").GetString()!;
                sent = await SendMissingAsync(row, sent, gateway);
                if (await FindDifferenceAsync(row, gateway, backend) is { } difference && !Exceptions.ContainsKey(id) && !Exceptions.ContainsKey(id + " " + sequence.Key.Version))
                {
                    differences.Add(id + " " + sequence.Key.Version + ": " + difference);
                }
            }
        }

        Assert.Equal(394, rows.Length);
        Assert.True(differences.Count == 0, string.Join("\n", differences));
        Assert.True(compared > 300, compared.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Each_exception_names_recorded_rows()
    {
        var ids = File.ReadLines(Vectors.GetPath("aperture/routing.jsonl")).Select(static line => JsonDocument.Parse(line).RootElement).SelectMany(static row => new[] { GetGroup(row), row.GetProperty("id").GetString()!, row.GetProperty("id") + " " + row.GetProperty("version") }).ToHashSet();

        Assert.Empty(Exceptions.Keys.Where(id => !ids.Contains(id)));
    }

    private static string GetGroup(JsonElement row) => row.GetProperty("id").GetString()!.Split('#')[0];

    private static Reply Answer(RecordedRequest request) => request.Target.EndsWith("/cors", StringComparison.Ordinal)
        ? Reply.Json("{}", 200, ("Access-Control-Allow-Origin", "https://upstream.test"), ("Access-Control-Expose-Headers", "X-Request-Id"))
        : Reply.Json("{}");

    /// <summary>Of the requests of some sequences every second one is recorded: counters saw the others as well.</summary>
    private static async Task<int> SendMissingAsync(JsonElement row, int sent, LoopbackGateway gateway)
    {
        var number = int.Parse(row.GetProperty("id").GetString()!.Split('#')[1].Split('.')[0], System.Globalization.CultureInfo.InvariantCulture);
        if (GetGroup(row).StartsWith("freebie", StringComparison.Ordinal) || GetGroup(row) == "ratelimit-open")
        {
            for (; sent < number; sent++)
            {
                await SendAsync(row, gateway);
            }
        }

        return number + 1;
    }

    private static LoopbackGateway Start(JsonElement row, Uri backend)
    {
        var extra = row.TryGetProperty("authenticatorExtra", out var members) ? members.GetString()! : string.Empty;
        var authenticator = "authenticator:\n  " + (extra.StartsWith("disable", StringComparison.Ordinal) ? "disable: true\n" : "network: simnet\n  lndhost: x:1\n  tlspath: /t\n  macdir: /m\n" + (extra.StartsWith(' ') ? extra : string.Empty));
        var top = row.TryGetProperty("top", out var settings) && settings.GetString()!.Contains(':', StringComparison.Ordinal) ? settings.GetString() : string.Empty;
        var services = row.GetProperty("config").GetString()!;
        var yaml = "listenaddr: 127.0.0.1:1\ninsecure: true\ndbbackend: sqlite\nsqlite:\n  databasefilename: /d/a.db\n" + authenticator + top + (services.Trim().Length == 0 ? string.Empty : "services:\n" + services);
        return LoopbackGateway.Start(new LoopbackGatewayOptions { ApertureYaml = Fill(yaml, backend), Environment = static _ => null });
    }

    private static string Fill(string text, Uri backend) =>
        text.Replace("{{B1}}", backend.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{{B2}}", "1", StringComparison.Ordinal)
            .Replace("{{DOWN}}", "1", StringComparison.Ordinal);

    private static async Task<string?> FindDifferenceAsync(JsonElement row, LoopbackGateway gateway, LoopbackServer backend)
    {
        var before = backend.Requests.Count;
        var (status, headers, body) = await SendAsync(row, gateway);
        var reached = backend.Requests.Skip(before).ToArray();
        return Compare("status", row.GetProperty("status").ToString(), status.ToString(System.Globalization.CultureInfo.InvariantCulture))
            ?? Compare("backend", row.GetProperty("backend").ValueKind == JsonValueKind.Null ? string.Empty : "B1", reached.Length == 0 ? string.Empty : "B1")
            ?? (reached.Length == 0 ? null : Compare("path", row.GetProperty("backendPath").GetString()!, reached[0].Target))
            ?? (row.TryGetProperty("body", out var text) && text.ValueKind == JsonValueKind.String ? Compare("body", text.GetString()!, body) : null)
            ?? CompareHeaders(row, headers)
            ?? CompareChallenge(row, headers);
    }

    private static string? CompareHeaders(JsonElement row, ILookup<string, string> headers)
    {
        foreach (var expected in row.GetProperty("responseHeaders").EnumerateObject())
        {
            // v0.5.0 does not allow Content-Type; the gateway follows the main branch. Waiting times depend on the clock.
            if (expected.Name == "retry-after" || (expected.Name == "access-control-allow-headers" && row.GetProperty("version").GetString() == "v0.5.0"))
            {
                continue;
            }

            if (Compare(expected.Name, expected.Value.ToString(), string.Join(", ", headers[expected.Name])) is { } difference)
            {
                return difference;
            }
        }

        return null;
    }

    private static string? CompareChallenge(JsonElement row, ILookup<string, string> headers)
    {
        var values = headers["www-authenticate"].ToArray();
        var schemes = string.Join(",", values.Select(static value => value.Split(' ')[0]));
        if (!row.TryGetProperty("schemes", out var expected))
        {
            return Compare("schemes", string.Empty, schemes);
        }

        if (Compare("schemes", string.Join(",", expected.EnumerateArray()), schemes) is { } difference)
        {
            return difference;
        }

        var challenge = L402Challenge.Parse(values.Where(static value => value.StartsWith("L402", StringComparison.Ordinal)));
        var invoice = Bolt11Invoice.Parse(challenge.Invoice);
        var caveats = Macaroon.Parse(challenge.Macaroon).Restrictions.Select(static caveat => caveat.Condition + "=" + (caveat.Condition.EndsWith("_valid_until", StringComparison.Ordinal) ? "<unix>" : caveat.Value));
        return Compare("price", row.GetProperty("challengePriceSats").ToString(), (invoice.Amount!.Value / 1000).ToString(System.Globalization.CultureInfo.InvariantCulture))
            ?? Compare("caveats", string.Join("|", row.GetProperty("caveats").EnumerateArray()), string.Join("|", caveats))
            ?? Compare("network", "Simnet", invoice.Network.ToString())
            ?? ComparePayment(row, values);
    }

    private static string? ComparePayment(JsonElement row, string[] values)
    {
        if (!row.TryGetProperty("payment", out var expected))
        {
            return null;
        }

        var payment = Assert.Single(PaymentChallenge.ReadAll(values));
        using var request = JsonDocument.Parse(Base64UrlText.Decode(payment.Request)!);
        var wanted = expected[0];
        return Compare("intent", wanted.GetProperty("intent").GetString()!, payment.Intent)
            ?? Compare("method", wanted.GetProperty("method").GetString()!, payment.Method)
            ?? Compare("amount", wanted.GetProperty("amount").GetString()!, request.RootElement.GetProperty("amount").GetString()!)
            ?? Compare("currency", wanted.GetProperty("currency").GetString()!, request.RootElement.GetProperty("currency").GetString()!)
            ?? Compare("members", string.Join(",", wanted.GetProperty("requestKeys").EnumerateArray()), string.Join(",", request.RootElement.EnumerateObject().Select(static member => member.Name)));
    }

    private static string? Compare(string what, string aperture, string gateway) => aperture == gateway ? null : what + ": Aperture \"" + aperture + "\", the gateway \"" + gateway + "\"";

    private static async Task<(int Status, ILookup<string, string> Headers, string Body)> SendAsync(JsonElement row, LoopbackGateway gateway)
    {
        using var client = new TcpClient(AddressFamily.InterNetwork);
        if (row.TryGetProperty("sourceAddress", out var source))
        {
            client.Client.Bind(new IPEndPoint(IPAddress.Parse(source.GetString()!), 0));
        }

        await client.ConnectAsync(IPAddress.Loopback, gateway.Port);
        var stream = client.GetStream();
        var head = new StringBuilder(row.GetProperty("method") + " " + row.GetProperty("target") + " HTTP/1.1\r\n");
        if (row.GetProperty("host").ValueKind != JsonValueKind.Null)
        {
            head.Append("Host: ").Append(row.GetProperty("host").GetString()).Append("\r\n");
        }

        foreach (var header in row.TryGetProperty("requestHeaders", out var headers) ? headers.EnumerateArray() : default)
        {
            head.Append(header[0].GetString()).Append(": ").Append(header[1].GetString()).Append("\r\n");
        }

        await stream.WriteAsync(Latin1.GetBytes(head.Append("Connection: close\r\n\r\n").ToString()));
        using var answer = new MemoryStream();
        using var limit = new System.Threading.CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            await stream.CopyToAsync(answer, limit.Token);
        }
        catch (Exception cut) when (cut is IOException or OperationCanceledException)
        {
            // The received part of the answer shows the difference.
        }

        return Parse(Latin1.GetString(answer.ToArray()), row.GetProperty("method").GetString() == "HEAD");
    }

    private static (int Status, ILookup<string, string> Headers, string Body) Parse(string answer, bool isHead)
    {
        var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return (0, Array.Empty<string>().ToLookup(static one => one), answer);
        }

        var lines = answer.Substring(0, end).Split("\r\n");
        var headers = lines.Skip(1).ToLookup(static line => line.Substring(0, line.IndexOf(':', StringComparison.Ordinal)).ToLowerInvariant(), static line => line.Substring(line.IndexOf(':', StringComparison.Ordinal) + 1).Trim());
        return (int.Parse(lines[0].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), headers, isHead ? string.Empty : answer.Substring(end + 4));
    }
}
