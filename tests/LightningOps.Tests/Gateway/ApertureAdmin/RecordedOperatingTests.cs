using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.ControlPlane.Mock;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.Planning;
using LightningOps.Gateway.Probes;
using LightningOps.L402;
using LightningOps.L402.Macaroons;
using LightningOps.Leases;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Reconcile.Outbox;
using LightningOps.Settings;
using LightningOps.Settlements.Transactions;
using LightningOps.Tests.ApertureYaml;
using LightningOps.Tests.Gateway.Model;
using LightningOps.Tests.Gateway.Records;
using LightningOps.Tests.Http;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Gateway.ApertureAdmin;

/// <summary>
/// What running Apertures were recorded to do (Vectors/aperture/operating.jsonl): the model of an Aperture does the same,
/// and the operator is told.
/// </summary>
public sealed class RecordedOperatingTests : IDisposable
{
    private const string Metered = "pw13.route_pw13";
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly JsonElement[] Rows =
        File.ReadLines(Vectors.GetPath("aperture/operating.jsonl")).Select(static line => JsonDocument.Parse(line).RootElement).ToArray();

    /// <summary>Rows that are played below, by a text in them.</summary>
    private static readonly string[] Played =
        ["Error persisting", "failed to list transactions", "mpp_enabled", "paymentPaid", "mpp_charge", "tokenCaveat", "pricer", "first second after start"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Each_recording_is_played_here_but_one()
    {
        var excepted = Rows.Where(static row => !Played.Any(row.ToString().Contains));

        // The start of a process that may not read its file; a file that is written keeps owner and mode (ReplacedFileTests).
        Assert.Contains("permission denied", Assert.Single(excepted).GetProperty("start").GetString(), StringComparison.Ordinal);
        Assert.Equal(13, Rows.Length);
    }

    [Fact]
    public async Task A_change_that_the_database_did_not_store_is_served_undone_by_a_restart_and_said_not_durable()
    {
        foreach (var row in Find("Error persisting", 3))
        {
            var path = folder.File(Guid.NewGuid().ToString("N") + ".yaml");
            await using var model = new ApertureModel(path);
            await File.WriteAllTextAsync(path, model.AdminSettings + "services: []\n");
            await model.StartAsync();
            using var gateway = new ApertureAdminGateway(new ApertureAdminGatewayOptions { BaseUrl = model.Url, MacaroonPath = model.MacaroonPath, ConfigPath = path, Records = new MemoryRecords(), Http = TestHttp.Options });
            await gateway.ApplyAsync(CreateRollout("dep_1", Selling("/a", 5000)), None);
            var closes = row.GetProperty("request").GetString()!.Contains("auth off", StringComparison.Ordinal);
            var body = closes ? "{\"auth\":\"off\",\"address\":\"127.0.0.1:9\"}" : "{\"price\":\"6\"}";

            model.IsDatabaseDown = true;
            Assert.Equal(row.GetProperty("status").GetInt32(), (await SendAsync(HttpMethod.Put, model.Url + "/api/admin/services/pw_a.r", body)).Status);
            await (closes
                ? (Task)gateway.CloseAsync(new GatewayClosing { RequestId = "r", DeploymentId = "dep_close_r", Decide = static (_, _) => CloseDecision.CloseIfMadeHere }, None)
                : gateway.ApplyAsync(CreateRollout("dep_2", Selling("/a", 9000)), None));
            Assert.Equal((ChangeDurability.NotDurable, closes, closes ? 5L : 9L), (((IChangeDurability)gateway).Durability!.Value, model.Live.Single().IsClosed, model.Live.Single().PriceSats));
            await model.RestartAsync();

            Assert.Equal("old row serves", row.GetProperty("afterRestart").GetString());
            Assert.Equal((5L, false), (model.Live.Single().PriceSats, model.Live.Single().IsClosed));
        }
    }

    [Fact]
    public async Task Without_its_database_the_services_are_listed_nothing_is_sold_and_the_roll_out_fails()
    {
        var row = Find("failed to list transactions", 1).Single();
        var answers = row.GetProperty("get");
        var aperture = new StrictAperture();
        await using var server = new LoopbackServer(async request =>
            FindRecorded(request.Target) is { } recorded ? Reply.Json(recorded[1].GetRawText(), recorded[0].GetInt32())
            : request.Target.StartsWith("/api/admin/", StringComparison.Ordinal) ? await aperture.AnswerAsync(request)
            : Reply.Json(row.GetProperty("paidRequest")[1].GetRawText(), row.GetProperty("paidRequest")[0].GetInt32()));
        using var gateway = Open(server, asks: true);

        Assert.Equal(answers.GetProperty("services").GetInt32(), (await SendAsync(HttpMethod.Get, server.Url + "/api/admin/services")).Status);
        await Assert.ThrowsAsync<GatewayException>(() => ApertureOperations.Find(gateway)!.ListTransactionsAsync(new ApertureTransactionQuery(), None));
        var result = await new Reconciler(new MockControlPlane(TimeProvider.System, [Selling("/a")]), gateway, TimeProvider.System, new MemoryLeases(), new MemoryOutbox()).RunAsync(new ReconcileOptions { RequestId = "r" }, None);

        Assert.Equal((false, "challenge_check_failed"), (result.Ok, result.FailureCode));
        Assert.Contains("500", result.FailureReason, StringComparison.Ordinal);
        Assert.Equal(ChangeDurability.NotDurable, result.Durability);
        Assert.Equal(row.GetProperty("paidRequest").GetRawText(), row.GetProperty("holder").GetRawText());

        JsonElement? FindRecorded(string target) =>
            answers.TryGetProperty(target.Split('?')[0].Split('/')[^1], out var found) && found.ValueKind == JsonValueKind.Array ? found : null;
    }

    [Fact]
    public async Task The_first_second_after_a_start_is_waited_for()
    {
        var row = Find("first second after start", 1).Single();
        var path = folder.File("aperture.yaml");
        await using var model = new ApertureModel(path, new ApertureModelOptions { UnavailableCalls = 1 });
        await File.WriteAllTextAsync(path, model.AdminSettings + "services: []\n");
        await model.StartAsync();
        var (status, body) = await SendAsync(HttpMethod.Get, model.Url + row.GetProperty("get").GetString());
        Assert.Equal((row.GetProperty("status").GetInt32(), row.GetProperty("body").GetProperty("code").GetInt32()), (status, JsonDocument.Parse(body).RootElement.GetProperty("code").GetInt32()));

        await model.RestartAsync();
        using var gateway = new ApertureAdminGateway(new ApertureAdminGatewayOptions { BaseUrl = model.Url, MacaroonPath = model.MacaroonPath, Records = new MemoryRecords(), Http = TestHttp.Options });

        Assert.Empty((await gateway.ReadStateAsync(None)).Services!);
    }

    [Fact]
    public void A_scheme_that_is_offered_and_refused_after_payment_is_said_and_no_other()
    {
        foreach (var row in Find("paymentPaid", 3))
        {
            var service = row.GetProperty("service").GetString()!;
            var scheme = service.Contains("_L402 ", StringComparison.Ordinal) ? "authscheme: l402" : service.EndsWith("_MPP", StringComparison.Ordinal) ? "authscheme: mpp" : string.Empty;
            var found = ApertureConfigCheck.Check("listenaddr: localhost:8081\nauthenticator: {enablempp: true, lndhost: a:1, tlspath: b, macdir: c}\ndbbackend: sqlite\nservices:\n" + ConfigBuilder.ServiceWith(scheme)).Diagnostics
                .Where(static diagnostic => diagnostic.Code == "authscheme_refuses_offer").Select(static diagnostic => diagnostic.Message).ToArray();

            Assert.Equal(row.GetProperty("paymentPaid").GetInt32() == 402, found.Any(static message => message.Contains("refuses Payment", StringComparison.Ordinal)));
            Assert.Equal(row.GetProperty("l402Paid").GetInt32() == 402, found.Any(static message => message.Contains("refuses L402", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void The_answer_about_ways_to_pay_is_read()
    {
        var body = Find("mpp_enabled", 1).Single().GetProperty("body");
        var offers = AdminJson.ReadInfo(Encoding.UTF8.GetBytes(body.GetRawText()));

        Assert.Equal((body.GetProperty("mpp_enabled").GetBoolean(), body.GetProperty("sessions_enabled").GetBoolean()), (offers.Payments, offers.Sessions));
    }

    [Fact]
    public async Task A_paid_charge_has_no_token_and_may_have_been_refused()
    {
        Assert.Contains("also when the request was then refused", Find("mpp_charge", 1).Single().GetProperty("transactions").GetString(), StringComparison.Ordinal);
        await using var server = Transactions("""{"id":1,"token_id":"","payment_hash":"h1","service_name":"pw_a.r","price_sats":"5","state":"settled","auth_type":"mpp_charge","identifier_hash":"","created_at":"2026-03-01T10:00:00Z","settled_at":"2026-03-01T10:00:01Z"}""");
        using var gateway = Open(server, asks: false);
        var sale = Assert.Single((await ((IGatewayTransactions)gateway).ListSettledAsync(AllTime, None)).Transactions);
        var offers = new GatewayOffers { Payments = true, Sessions = false, Schemes = new Dictionary<string, string> { ["pw_a.r"] = "l402", ["pw_b.r"] = "l402+mpp" } };

        Assert.Equal((string.Empty, 5L), (sale.TokenId, sale.PriceSats));
        Assert.Equal((DeliveryCheck.Doubtful, null), (DeliveryCheck.Judge(sale, "pw_a.r", offers), DeliveryCheck.Judge(sale, "pw_b.r", offers)));
    }

    [Fact]
    public async Task A_sale_of_a_price_server_is_booked_on_its_route_and_its_token_opens_that_path_only()
    {
        var row = Find("tokenCaveat", 1).Single();
        var recorded = row.GetProperty("transaction");
        await using var server = Transactions($$"""{"id":1,"token_id":"{{new string('1', 64)}}","payment_hash":"h1","service_name":{{recorded.GetProperty("service_name").GetRawText()}},"price_sats":{{recorded.GetProperty("price_sats").GetRawText()}},"state":{{recorded.GetProperty("state").GetRawText()}},"created_at":"2026-03-01T10:00:00Z","settled_at":"2026-03-01T10:00:01Z"}""");
        using var gateway = Open(server, asks: false);
        var sale = Assert.Single((await ((IGatewayTransactions)gateway).ListSettledAsync(AllTime, None)).Transactions);
        var paywalls = new[] { Priced("pw13", 1_000, Route("route_pw13", "*", "/*")) };

        var (route, path, code) = new ServiceDirectory(paywalls).Find(sale.ServiceName);
        Assert.Equal(("route_pw13", "/staging", null, 15L), (route!.RouteId, path, code, sale.PriceSats));

        // The token of another path, and any token once the price server is gone.
        Assert.Equal((402, 402), (row.GetProperty("otherPathOfSameService").GetInt32(), row.GetProperty("afterDynamicpriceRemoved").GetInt32()));
        Assert.Equal(HolderAccess.Refused, ChangeOf(Service(5, "dynamicprice.enabled=true"), Service(5)).Holders);
        Assert.Equal(HolderAccess.AsBefore, ChangeOf(Service(5, "dynamicprice.enabled=true"), Service(50, "dynamicprice.enabled=true")).Holders);
    }

    [Fact]
    public async Task A_change_that_would_end_a_price_server_and_its_tokens_is_refused()
    {
        var row = Find("pricer", 1).Single();
        var asked = Sats(row, "beforeRestart");
        Assert.Contains("paid bundle 402", row.GetProperty("afterRestart").GetString(), StringComparison.Ordinal);
        var token = Macaroon.Mint(new byte[32], L402Identifier.Create(PaymentHash.Parse(new string('a', 64)), new byte[32])).AddCaveat(new Caveat("services", Find("tokenCaveat", 1).Single().GetProperty("tokenCaveat").GetString()!.Split('=')[1]));
        var aperture = new StrictAperture { Services = DesiredServices.From(CreateRollout("dep_0", Metering(2)).Rules, withExtras: false) };
        aperture.Tokens[Metered] = (token.ToBase64(), asked);
        await using var server = new LoopbackServer(aperture.AnswerAsync);
        using var gateway = Open(server, asks: true);

        var drift = await new DriftCheck(new MockControlPlane(TimeProvider.System, [Metering(Sats(row, "afterRestart"))]), gateway).RunAsync(new ReconcileOptions { RequestId = "r" }, None);

        Assert.Equal(DriftStatus.InDrift, drift.Status);
        Assert.Contains("asks " + asked + " sat", drift.Answer, StringComparison.Ordinal);
        Assert.Contains(drift.Plan!.Diagnostics, static found => found is { Code: "dynamic_price_lost", Severity: DiagnosticSeverity.Error } && found.Message.Contains("every credential sold is refused", StringComparison.Ordinal));
    }

    private static SettledTransactionQuery AllTime => new(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100), 100, 0);

    private static JsonElement[] Find(string text, int count)
    {
        var rows = Rows.Where(row => row.ToString().Contains(text, StringComparison.Ordinal)).ToArray();
        Assert.Equal(count, rows.Length);
        return rows;
    }

    private static long Sats(JsonElement row, string member) => long.Parse(Regex.Match(row.GetProperty(member).GetString()!, " ([0-9]+) sat").Groups[1].Value, null);

    private static Paywall Metering(long sats) => Priced("pw13", sats * Msats.PerSatoshi, Route("route_pw13", Host, "/staging"));

    private static GatewayService Service(long sats, params string[] extras) =>
        new() { Name = Metered, HostRegexp = "^h$", PathRegexp = "^/", Address = "u:443", Protocol = "https", Auth = "on", PriceSats = sats, Extras = extras };

    private static ServiceChange ChangeOf(GatewayService served, GatewayService desired) => Assert.Single(RolloutPlanner.Compare([served], [desired]));

    private static LoopbackServer Transactions(string transaction) => new(request => Task.FromResult(
        request.Target.StartsWith("/api/admin/transactions", StringComparison.Ordinal) ? Reply.Json("{\"transactions\":[" + transaction + "],\"total_count\":\"1\"}") : Reply.Status(404)));

    private static ApertureAdminGateway Open(LoopbackServer server, bool asks) => new(new ApertureAdminGatewayOptions
    {
        BaseUrl = server.Url,
        Macaroon = OperatorSecret.From(StrictAperture.Macaroon),
        Records = new MemoryRecords(),
        Http = TestHttp.Options,
        Probes = new SaleProbeOptions { BaseUrl = asks ? server.Url : null },
    });

    private static async Task<(int Status, string Body)> SendAsync(HttpMethod method, string url, string? body = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, url);
        request.Headers.Add("Grpc-Metadata-Macaroon", ApertureModel.Macaroon);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
