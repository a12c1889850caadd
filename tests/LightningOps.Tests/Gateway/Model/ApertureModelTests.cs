using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using LightningOps.L402.Challenges;
using LightningOps.L402.Macaroons;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Gateway.Model;

/// <summary>The model answers as the real Aperture was recorded to (Vectors/aperture).</summary>
public sealed class ApertureModelTests : IAsyncDisposable
{
    private static readonly JsonElement[] Recorded = File.ReadLines(Vectors.GetPath("aperture/admin.jsonl")).Select(static line => JsonDocument.Parse(line).RootElement).ToArray();
    private readonly TemporaryFolder folder = new();
    private readonly HttpClient http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero, UseProxy = false });
    private ApertureModel? model;

    private string Path => folder.File("aperture.yaml");

    public async ValueTask DisposeAsync()
    {
        if (model is not null)
        {
            await model.DisposeAsync();
        }

        http.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task The_recorded_sequence_of_the_admin_API_is_answered_alike()
    {
        var sales = JsonDocument.Parse(Row(13).GetProperty("responseBody").GetString()!).RootElement.GetProperty("transactions").GetRawText();
        await StartAsync(static own => own.AdminSettings + """
            services:
              - {name: own-first, hostregexp: '.*', pathregexp: '^/own-first.*$', address: '127.0.0.1:9100', protocol: http, auth: "off", price: 1}
              - {name: own-docs, hostregexp: '.*', pathregexp: '^/own-docs.*$', address: '127.0.0.1:9101', protocol: http, auth: "", price: 7}
            """, new ApertureModelOptions { Transactions = sales });
        foreach (var row in Recorded.Where(static row => row.GetProperty("seq").GetInt32() <= 121))
        {
            var (status, body) = await SendAsync(row);
            var where = row.GetProperty("seq").GetInt32() + " " + row.GetProperty("method").GetString() + " " + row.GetProperty("path").GetString();
            Assert.True(row.GetProperty("status").GetInt32() == status, where + ": " + status + " " + body);
            Assert.True(AreAlike(row.GetProperty("responseBody").GetString()!, body), where + ": " + body);
        }
    }

    [Fact]
    public async Task The_main_branch_fails_every_admin_call_while_it_has_a_write_timeout()
    {
        await StartAsync(static own => own.AdminSettings + "services: []\n", new ApertureModelOptions { IsMain = true });
        foreach (var row in Recorded.Where(static row => row.GetProperty("version").GetString()!.Contains("writetimeout", StringComparison.Ordinal)))
        {
            var (status, body) = await SendAsync(row);
            Assert.Equal(500, status);
            Assert.True(AreAlike(row.GetProperty("responseBody").GetString()!, body), body);
        }

        File.WriteAllText(Path, model!.AdminSettings + "writetimeout: 0s\nservices: []\n");
        await model.RestartAsync();
        Assert.Equal(200, (await SendAsync("GET", "/api/admin/services")).Status);
    }

    [Fact]
    public async Task After_a_start_the_admin_API_is_unavailable_for_a_moment()
    {
        await StartAsync(static own => own.AdminSettings + "services: []\n", new ApertureModelOptions { UnavailableCalls = 1 });
        var (status, body) = await SendAsync("GET", "/api/admin/services");
        Assert.Equal((503, 14), (status, (int)JsonNode.Parse(body)!["code"]!));
        Assert.Equal(200, (await SendAsync("GET", "/api/admin/services")).Status);
    }

    [Fact]
    public async Task A_file_is_read_at_a_start_alone()
    {
        await StartAsync(static own => own.Settings + Services(("a", "/a", 5, "127.0.0.1:1")));
        File.WriteAllText(Path, model!.Settings + Services(("a", "/a", 9, "127.0.0.1:1")));
        Assert.Equal((402, 5), await PriceAsync("/a"));
        await model.RestartAsync();
        Assert.Equal((402, 9), await PriceAsync("/a"));
    }

    [Fact]
    public async Task A_hang_up_ends_it()
    {
        await StartAsync(static own => own.Settings + Services(("a", "/a", 5, "127.0.0.1:1")));
        await model!.HangUpAsync();
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => PriceAsync("/a"));
        Assert.Equal(SocketError.ConnectionRefused, ((SocketException)refused.InnerException!).SocketErrorCode);
    }

    [Fact]
    public async Task A_closed_service_is_a_bad_gateway_and_what_nobody_serves_is_not_found()
    {
        await StartAsync(static own => own.Settings + "services:\n  - {name: a, hostregexp: '.*', pathregexp: '^/a$', address: '127.0.0.1:9', protocol: http, auth: \"off\"}\n");
        Assert.Equal(502, (await PriceAsync("/a")).Status);
        Assert.Equal(404, (await PriceAsync("/b")).Status);
    }

    [Fact]
    public async Task A_file_it_refuses_leaves_it_down()
    {
        await StartAsync(static own => own.Settings + Services(("a", "/a", 5, "127.0.0.1:1")));
        File.WriteAllText(Path, model!.Settings + "services:\n  - {name: a, hostregexp: '([', address: 'x:1', protocol: http}\n");
        await model.RestartAsync();
        Assert.False(model.IsRunning);
        Assert.NotNull(model.StartError);
    }

    [Fact]
    public async Task A_row_of_the_database_wins_over_the_file_for_ever()
    {
        await StartAsync(static own => own.AdminSettings + Services(("a", "/a", 5, "127.0.0.1:1")));
        await SendAsync("PUT", "/api/admin/services/a", "{\"price\": 6}");
        Assert.Equal((402, 6), await PriceAsync("/a"));
        File.WriteAllText(Path, model!.AdminSettings + Services(("a", "/elsewhere", 50, "127.0.0.1:1")));
        await model.RestartAsync();
        Assert.Equal((402, 6), await PriceAsync("/a"));
        Assert.Equal(404, (await PriceAsync("/elsewhere")).Status);
        await SendAsync("DELETE", "/api/admin/services/a");
        Assert.Equal(404, (await PriceAsync("/a")).Status);
        await model.RestartAsync();
        Assert.Equal((402, 50), await PriceAsync("/elsewhere"));
    }

    [Fact]
    public async Task What_the_admin_API_does_not_carry_is_gone_after_a_restart()
    {
        await StartAsync(static own => own.AdminSettings + "services:\n  - {name: a, hostregexp: '.*', pathregexp: '^/a', address: '127.0.0.1:1', protocol: http, price: 5, authwhitelistpaths: ['^/a/free$']}\n");
        await SendAsync("PUT", "/api/admin/services/a", "{\"price\": 6}");
        Assert.Equal(502, (await PriceAsync("/a/free")).Status);
        await model!.RestartAsync();
        Assert.Equal((402, 6), await PriceAsync("/a/free"));
    }

    [Fact]
    public async Task Rows_are_rotated_at_a_restart_and_stand_before_the_file()
    {
        await StartAsync(static own => own.AdminSettings + Services(("file", "/a", 1, "127.0.0.1:1")));
        for (var price = 2; price <= 4; price++)
        {
            await SendAsync("POST", "/api/admin/services", $$"""{"name": "r{{price}}", "address": "127.0.0.1:1", "path_regexp": "^/a$", "price": {{price}}}""");
        }

        Assert.Equal((402, 1), await PriceAsync("/a"));
        var seen = new HashSet<long>();
        for (var i = 0; i < 20; i++)
        {
            await model!.RestartAsync();
            Assert.Equal("file", model.Live[^1].Name);
            seen.Add((await PriceAsync("/a")).Sats);
        }

        Assert.Equal([2, 3, 4], seen.Order());
    }

    [Fact]
    public async Task Without_its_database_a_change_lives_in_memory_only()
    {
        await StartAsync(static own => own.AdminSettings + Services(("a", "/a", 5, "127.0.0.1:1")));
        model!.IsDatabaseDown = true;
        Assert.Equal(200, (await SendAsync("PUT", "/api/admin/services/a", "{\"price\": 6}")).Status);
        Assert.Equal((402, 6), await PriceAsync("/a"));
        Assert.Equal(500, (await SendAsync("GET", "/api/admin/transactions")).Status);
        Assert.Equal(200, (await SendAsync("GET", "/api/admin/services")).Status);
        await model.RestartAsync();
        Assert.Equal((402, 5), await PriceAsync("/a"));
    }

    [Fact]
    public async Task A_slow_start_takes_no_connection_before_it_has_started()
    {
        var ready = new TaskCompletionSource();
        File.WriteAllText(Path, "services: []\n");
        model = new ApertureModel(Path, new ApertureModelOptions { Starting = () => ready.Task });
        File.WriteAllText(Path, model.Settings + Services(("a", "/a", 5, "127.0.0.1:1")));
        var starting = model.StartAsync();
        Assert.False(model.IsRunning);
        ready.SetResult();
        await starting;
        Assert.Equal((402, 5), await PriceAsync("/a"));
    }

    private static JsonElement Row(int seq) => Recorded.First(row => row.GetProperty("seq").GetInt32() == seq);

    private static string Services(params (string Name, string Path, int Price, string Address)[] services) => "services:\n" + string.Concat(services.Select(service =>
        $"  - {{name: {service.Name}, hostregexp: '.*', pathregexp: '^{service.Path}$', address: '{service.Address}', protocol: http, auth: \"on\", price: {service.Price}}}\n"));

    private static bool AreAlike(string recorded, string body)
    {
        if (recorded.Length == 0 || body.Length == 0 || recorded[0] != '{')
        {
            return recorded.Trim() == body.Trim();
        }

        return JsonNode.DeepEquals(Neutral(recorded), Neutral(body));
    }

    // The address it listens on is the one member that differs from run to run.
    private static JsonNode Neutral(string json)
    {
        var node = JsonNode.Parse(json)!;
        if (node["listen_addr"] is not null)
        {
            node["listen_addr"] = string.Empty;
        }

        return node;
    }

    private async Task StartAsync(Func<ApertureModel, string> text, ApertureModelOptions? options = null)
    {
        model = new ApertureModel(Path, options);
        File.WriteAllText(Path, text(model));
        await model.StartAsync();
        Assert.Null(model.StartError);
    }

    private Task<(int Status, string Body)> SendAsync(JsonElement row)
    {
        var body = row.GetProperty("body");
        var credential = (row.TryGetProperty("auth", out var auth) ? auth.GetString() : null) switch
        {
            null => ApertureModel.Macaroon,
            "none" => null,
            "macaroon header empty" => string.Empty,
            "macaroon not hex" => "zz",
            "macaroon too short" => "0201",
            "macaroon of another service" => Macaroon.Mint(new byte[32], L402Identifier.Parse(new byte[66])).ToHex(),
            var other => throw new InvalidDataException(other),
        };
        return SendAsync(row.GetProperty("method").GetString()!, row.GetProperty("path").GetString()!, body.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.String => body.GetString(),
            _ => body.GetRawText(),
        }, credential);
    }

    private async Task<(int Status, string Body)> SendAsync(string method, string path, string? body = null, string? credential = ApertureModel.Macaroon)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(model!.Url + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (credential is not null)
        {
            request.Headers.TryAddWithoutValidation("Grpc-Metadata-Macaroon", credential);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var response = await http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task<(int Status, long Sats)> PriceAsync(string path)
    {
        using var response = await http.GetAsync(new Uri(model!.Url + path));
        return response.StatusCode == HttpStatusCode.PaymentRequired
            ? (402, L402Challenge.Parse(response.Headers.GetValues("WWW-Authenticate").Last()).Amount!.Value.SatoshisRoundedUp)
            : ((int)response.StatusCode, 0);
    }
}
