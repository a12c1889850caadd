using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using LightningOps.Gateway.Routing;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Gateway.Routing;

/// <summary>What is said of a request is what Aperture was recorded to do with it (Vectors/aperture/routing.jsonl).</summary>
public sealed class RecordedRouteTests
{
    /// <summary>Rows of which more is needed than the configuration and the request, by the part before the number, each with its reason.</summary>
    private static readonly Dictionary<string, string> Exceptions = new(StringComparer.Ordinal)
    {
        ["admin-edit"] = "rows of the database are served, which the file does not have",
        ["static-on"] = "files are served where no service matches; no service takes the request",
        ["lnd-unreachable"] = "no invoice can be made",
        ["backend-down"] = "the upstream does not answer",
        ["blocklist"] = "the address of the client is turned away",
        ["disable-true"] = "there is no node: the connection is closed, as Test-ApertureConfig says",
        ["dynamicprice-dead"] = "the price server does not answer",
        ["cors"] = "the upstream answers with headers of its own",
    };

    [Fact]
    public void Each_recorded_request_reaches_the_service_that_is_named_at_the_price_that_is_named()
    {
        var differences = new List<string>();
        var compared = 0;
        var rows = File.ReadLines(Vectors.GetPath("aperture/routing.jsonl")).Select(static line => JsonDocument.Parse(line).RootElement).ToArray();

        // A request of HTTP/1.1 without a Host header is refused before a service is asked.
        foreach (var row in rows.Where(static row => row.GetProperty("host").ValueKind != JsonValueKind.Null && !Exceptions.ContainsKey(row.GetProperty("id").GetString()!.Split('#')[0])))
        {
            var services = row.GetProperty("config").GetString()!;
            var isMpp = row.TryGetProperty("payment", out _);
            var table = RouteTable.FromYaml((isMpp ? "authenticator: {enablempp: true}\n" : string.Empty) + (services.Trim().Length == 0 ? string.Empty : "services:\n" + services));
            var request = RoutedRequest.FromTarget(row.GetProperty("host").GetString()!.Trim(' '), row.GetProperty("target").GetString()!);
            var (outcome, place) = table.Find(request, row.GetProperty("method").GetString()!);
            var status = row.GetProperty("status").GetInt32();
            compared++;
            if (Compare(row, table, request, outcome, place, status) is { } difference)
            {
                differences.Add(row.GetProperty("id") + " " + row.GetProperty("version") + " " + row.GetProperty("target") + ": Aperture " + status + ", said " + outcome + ": " + difference);
            }
        }

        Assert.True(differences.Count == 0, string.Join("\n", differences));
        Assert.True(compared > 300, compared.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Empty(Exceptions.Keys.Except(rows.Select(static row => row.GetProperty("id").GetString()!.Split('#')[0])));
    }

    private static string? Compare(JsonElement row, RouteTable table, RoutedRequest? request, RouteOutcome outcome, int place, int status)
    {
        var hasPaid = row.TryGetProperty("requestHeaders", out var headers) && headers.ToString().Contains("authorization", StringComparison.OrdinalIgnoreCase);
        var isGrpc = headers.ValueKind == JsonValueKind.Array && headers.ToString().Contains("application/grpc", StringComparison.Ordinal);
        var isReached = row.GetProperty("backend").ValueKind != JsonValueKind.Null;
        var expected = outcome switch
        {
            // What is free after some requests, or limited, depends on those before.
            RouteOutcome.Sold => status == 402 || (isGrpc && status == 200) || table.GetService(place).Auth.Kind == LightningOps.Gateway.Loopback.Configuration.AuthKind.Freebie,
            RouteOutcome.Free => status is 200 or 502 or 429 || isReached || row.GetProperty("method").GetString() == "CONNECT",
            RouteOutcome.NotMatched => status == 404,
            RouteOutcome.NotSold => status == 401,
            RouteOutcome.BadRequest => status == 400,
            RouteOutcome.Preflight => status == 200,
            RouteOutcome.Closed => status == 502,
            RouteOutcome.Fails => status is 502 or 429 || (status == 402 && table.GetService(place).Auth.Kind != LightningOps.Gateway.Loopback.Configuration.AuthKind.Off),
            _ => false,
        };
        if (!expected && !(hasPaid && outcome == RouteOutcome.Sold && status == 402))
        {
            return "another outcome";
        }

        if (row.TryGetProperty("challengePriceSats", out var price) && price.ValueKind == JsonValueKind.Number && outcome != RouteOutcome.Fails && table.GetPrice(outcome, place) != price.GetInt64() && table.GetService(place).Auth.Kind != LightningOps.Gateway.Loopback.Configuration.AuthKind.Freebie)
        {
            return "price " + price + ", said " + table.GetPrice(outcome, place);
        }

        if (row.TryGetProperty("caveats", out var caveats) && caveats[0].GetString() is { } services && services != "services=" + table.Services[place].Name + ":0")
        {
            return services;
        }

        return isReached && row.GetProperty("backendPath").GetString() is { } path && path != table.GetService(place).GetUpstreamPath(request!.EscapedPath) + request.Query
            ? "path " + path + ", said " + table.GetService(place).GetUpstreamPath(request.EscapedPath) + request.Query
            : null;
    }
}
