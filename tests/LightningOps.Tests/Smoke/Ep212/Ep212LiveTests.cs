using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using LightningOps.Artifacts.Reports;
using LightningOps.Buyer;
using LightningOps.Json;
using LightningOps.Payments;
using LightningOps.Payments.Simulation;
using LightningOps.Settings;
using LightningOps.Smoke;
using LightningOps.Smoke.Ep212;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Smoke.Ep212;

public sealed class Ep212LiveTests : IAsyncLifetime
{
    private readonly LiveSite site = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await site.DisposeAsync();

    [Fact]
    public async Task Routes_are_bought_with_the_wallet_executor_of_the_environment()
    {
        var result = await site.RunAsync<Ep212RoutesSmokeResult>(SmokeName.Ep212Routes);

        Assert.True(result.Ok, result.FailureReason);
        Assert.Equal(("wallet_executor", "exec_1", 70_000), (result.WalletBackend, result.RouteA!.PaymentId, result.RouteA.PaidAmountMsats));
        var paid = Assert.Single(site.Executor.Requests);
        Assert.Equal(("Bearer " + LiveSite.Token, "smoke:ep212-routes"), (paid.Headers["authorization"], paid.Headers["x-request-id"]));
        Assert.Equal("127.0.0.1:" + site.Gateway.Port, (string?)JsonNode.Parse(paid.Body)!["payment"]!["host"]);
    }

    [Fact]
    public async Task The_full_flow_is_bought_with_it_too()
    {
        var result = await site.RunAsync<Ep212FullFlowSmokeResult>(SmokeName.Ep212FullFlow);

        Assert.True(result.Ok, result.FailureReason);
        Assert.Equal((true, 2, 2), (result.Sats4Ai!.CacheHit, result.OverCap!.PayerCallsAfter, site.Executor.Requests.Count));
        Assert.Equal(2, site.Executor.Requests.Select(request => request.Headers["x-request-id"]).Distinct().Count());
    }

    [Fact]
    public async Task Both_are_bought_with_an_LND_node()
    {
        var routes = await site.RunWithLndAsync<Ep212RoutesSmokeResult>(SmokeName.Ep212Routes);
        var flow = await site.RunWithLndAsync<Ep212FullFlowSmokeResult>(SmokeName.Ep212FullFlow);

        Assert.True(routes.Ok, routes.FailureReason);
        Assert.True(flow.Ok, flow.FailureReason);
        Assert.Equal(("lnd", "3", 3), (routes.WalletBackend, routes.RouteA!.PaymentId, site.Lnd.Requests.Count(request => request.Target == "/v2/router/send")));
        Assert.Empty(site.Executor.Requests);
    }

    [Theory]
    [InlineData("post", null, null)]
    [InlineData("POST", "{\"q\":1}", 7)]
    [InlineData("get", "{\"q\":1}", 0)]
    public async Task Route_A_is_asked_with_its_method_and_body(string method, string? body, int? length)
    {
        site.With(EnvironmentVariables.Ep212RouteAMethod, method).With(EnvironmentVariables.Ep212RouteABody, body);

        var result = await site.RunAsync<Ep212RoutesSmokeResult>(SmokeName.Ep212Routes);

        // The upstream answers with what came through to it.
        var echo = JsonSerializer.Serialize(new
        {
            method = method.ToUpperInvariant(),
            target = "/a",
            host = site.UpstreamHost,
            bodyBytes = length ?? Ep212Settings.SampleBody.Length,
        });
        Assert.True(result.Ok, result.FailureReason);
        Assert.Equal((echo.Length, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(echo)))), (result.RouteA!.ResponseBytes, result.RouteA.ResponseSha256));
    }

    [Theory]
    [InlineData(EnvironmentVariables.WalletExecutorBaseUrl, null)]
    [InlineData(EnvironmentVariables.Ep212RouteAUrl, null)]
    [InlineData(EnvironmentVariables.Ep212RouteBUrl, " ")]
    [InlineData(EnvironmentVariables.Ep212MaxSpendMsats, "-1")]
    [InlineData(EnvironmentVariables.Ep212RouteAMethod, "DELETE")]
    [InlineData(EnvironmentVariables.Ep212RouteBUrl, "ftp://127.0.0.1/b")]
    public async Task A_setting_that_cannot_be_used_is_named(string variable, string? value)
    {
        site.With(variable, value);

        Assert.Equal(variable, (await Assert.ThrowsAsync<ConfigException>(() => site.RunAsync<ISmokeResult>(SmokeName.Ep212Routes))).Field);
        Assert.Empty(site.Executor.Requests);
    }

    [Fact]
    public async Task The_other_seller_has_no_default_and_is_only_needed_by_the_full_flow()
    {
        site.With(EnvironmentVariables.Ep212Sats4AiUrl, null);

        Assert.True((await site.RunAsync<Ep212RoutesSmokeResult>(SmokeName.Ep212Routes)).Ok);
        Assert.Equal(EnvironmentVariables.Ep212Sats4AiUrl, (await Assert.ThrowsAsync<ConfigException>(() => site.RunAsync<ISmokeResult>(SmokeName.Ep212FullFlow))).Field);
    }

    [Fact]
    public async Task Above_the_spend_cap_nothing_is_paid()
    {
        site.With(EnvironmentVariables.Ep212MaxSpendMsats, "69999");

        var result = await site.RunAsync<Ep212RoutesSmokeResult>(SmokeName.Ep212Routes);

        Assert.Equal((false, "route_a_paid", "PaymentDeniedError"), (result.Ok, result.Failure!.Check, result.Failure.Code));
        Assert.Contains("amount_over_cap", result.Failure.Reason, StringComparison.Ordinal);
        Assert.Empty(site.Executor.Requests);
    }

    [Fact]
    public async Task A_route_B_within_the_cap_is_not_bought()
    {
        site.With(EnvironmentVariables.Ep212MaxSpendMsats, "250000");

        var result = await site.RunAsync<Ep212RoutesSmokeResult>(SmokeName.Ep212Routes);

        Assert.Equal(("route_b_blocked", "not_over_cap", 1), (result.Failure!.Check, result.Failure.Code, site.Executor.Requests.Count));
        Assert.NotNull(result.RouteA);
        Assert.Null(result.RouteB);
    }

    [Fact]
    public async Task An_operators_own_limit_holds_as_well()
    {
        site.With(EnvironmentVariables.DailyBudgetMsats, "100000");

        var result = await site.RunAsync<Ep212FullFlowSmokeResult>(SmokeName.Ep212FullFlow);

        Assert.Equal("openagents_paid", result.Failure!.Check);
        Assert.Contains("budget_exceeded", result.Failure.Reason, StringComparison.Ordinal);
        Assert.Single(site.Executor.Requests);
    }

    [Fact]
    public async Task A_wallet_that_refuses_fails_the_check_and_is_written_down()
    {
        site.Wallet.Fail(SimulatedWalletFault.Down);

        var result = await site.RunAsync<Ep212FullFlowSmokeResult>(SmokeName.Ep212FullFlow);

        Assert.Equal((false, "sats4ai_paid", "PaymentFailedError"), (result.Ok, result.Failure!.Check, result.Failure.Code));
        AssertWritten(result, ["sats4ai.challenge ok", "sats4ai.first failed"]);
    }

    [Fact]
    public async Task A_server_that_is_down_fails_the_first_check_and_is_written_down()
    {
        var gone = new LoopbackServer();
        await gone.DisposeAsync();
        site.With(EnvironmentVariables.Ep212Sats4AiUrl, gone.Url + "/s");

        var result = await site.RunAsync<Ep212FullFlowSmokeResult>(SmokeName.Ep212FullFlow);

        Assert.Equal(("sats4ai_challenge", "L402TransportError"), (result.Failure!.Check, result.Failure.Code));
        AssertWritten(result, ["sats4ai.challenge failed"]);
    }

    [Fact]
    public async Task A_payment_that_stays_pending_is_concluded_by_the_next_run_and_not_made_twice()
    {
        site.Wallet.Fail(SimulatedWalletFault.PendingThenPaid);

        var first = await site.RunAsync<Ep212RoutesSmokeResult>(SmokeName.Ep212Routes);
        Assert.Equal(("route_a_paid", "PaymentPendingError"), (first.Failure!.Check, first.Failure.Code));

        // What the network does meanwhile.
        await site.Wallet.GetPaymentAsync(GetPayment(site.Executor.Requests[0].Body), default);
        var second = await site.RunAsync<Ep212RoutesSmokeResult>(SmokeName.Ep212Routes);
        Assert.True(second.Ok, second.FailureReason);
        Assert.Equal((1, 70_000L), (site.Wallet.Payments, second.RouteA!.PaidAmountMsats));

        Assert.True((await site.RunAsync<Ep212RoutesSmokeResult>(SmokeName.Ep212Routes)).Ok);
        Assert.Equal(2, site.Wallet.Payments);
    }

    [Fact]
    public async Task A_seller_that_takes_a_credential_once_is_paid_again_and_that_is_said()
    {
        var uses = 0;
        await using var fickle = new LoopbackServer(async request =>
        {
            // What was paid for is taken once; then the seller asks anew.
            var isPaid = request.Headers.ContainsKey("authorization");
            return isPaid && uses++ % 2 == 0 ? Reply.Json("{}") : Reply.Status(402, ("WWW-Authenticate", await ChallengeAsync(site.Gateway.Url + "/s")));
        });
        site.With(EnvironmentVariables.Ep212Sats4AiUrl, fickle.Url + "/s");

        var result = await site.RunAsync<Ep212FullFlowSmokeResult>(SmokeName.Ep212FullFlow);

        Assert.True(result.Ok, result.FailureReason);
        Assert.Equal((false, true, L402CacheStatus.Invalid, 2), (result.Sats4Ai!.CacheHit, result.Sats4Ai.SecondPaid, result.Sats4Ai.SecondCacheStatus, result.Sats4Ai.PayerCallsAfterSecond));
    }

    [Fact]
    public async Task A_seller_that_takes_the_money_and_gives_nothing_is_named_with_the_proof()
    {
        await using var thief = new LoopbackServer(async _ => Reply.Status(402, ("WWW-Authenticate", await ChallengeAsync(site.Gateway.Url + "/a"))));
        site.With(EnvironmentVariables.Ep212RouteAUrl, thief.Url + "/a");

        var result = await site.RunAsync<Ep212RoutesSmokeResult>(SmokeName.Ep212Routes);

        Assert.Equal(("route_a_paid", "CredentialRejected"), (result.Failure!.Check, result.Failure.Code));
        Assert.Contains("preimage:", result.Failure.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500, "unexpected_status")]
    [InlineData(404, "unexpected_status")]
    public async Task A_paid_request_that_fails_keeps_the_payment_in_its_event(int status, string code)
    {
        await using var broken = new LoopbackServer(async request => request.Headers.ContainsKey("authorization")
            ? Reply.Status(status)
            : Reply.Status(402, ("WWW-Authenticate", await ChallengeAsync(site.Gateway.Url + "/s"))));
        site.With(EnvironmentVariables.Ep212Sats4AiUrl, broken.Url + "/s");

        var result = await site.RunAsync<Ep212FullFlowSmokeResult>(SmokeName.Ep212FullFlow);

        Assert.Equal(("sats4ai_paid", code), (result.Failure!.Check, result.Failure.Code));
        var last = JsonNode.Parse((await File.ReadAllLinesAsync(result.Artifacts.EventsPath))[^1])!;
        Assert.Equal(("exec_1", 70_000, status), ((string?)last["details"]!["paymentId"], (long)last["details"]!["amountMsats"]!, (int)last["details"]!["statusCode"]!));
    }

    [Theory]
    [InlineData(SmokeName.Ep212Routes, "route_a_paid")]
    [InlineData(SmokeName.Ep212FullFlow, "sats4ai_paid")]
    public async Task A_paid_body_that_breaks_off_is_recorded_with_its_payment_and_the_bytes_that_arrived(SmokeName smoke, string check)
    {
        await using var broken = new LoopbackServer(async request => request.Headers.ContainsKey("authorization")
            ? Reply.Truncated("{\"goods\":1")
            : Reply.Status(402, ("WWW-Authenticate", await ChallengeAsync(site.Gateway.Url + "/s"))));
        site.With(EnvironmentVariables.Ep212Sats4AiUrl, broken.Url + "/s").With(EnvironmentVariables.Ep212RouteAUrl, broken.Url + "/s");

        var result = await site.RunAsync<ISmokeResult>(smoke);

        var report = ((IReportable)result).ToReport();
        var failure = Assert.Single(report.Failures);
        Assert.Equal((check, "L402TransportError"), (failure.Where, failure.Code));
        Assert.Contains("arrived. Paid: 70000 msat of purchase pur_", failure.Reason, StringComparison.Ordinal);
        var details = report.Timeline[^1].Details!;
        Assert.Equal(("failed", 200, "exec_1", 70_000L, 5L), (report.Timeline[^1].Status, (int)details["statusCode"], (string)details["paymentId"], (long)details["amountMsats"], (long)details["responseBytes"]));
        var paid = Assert.Single(report.Money, money => money.IsPaid);
        Assert.Equal(("Paid, not served", 70_000m, (string)details["proofReference"]), (paid.What, paid.Amount, paid.Reference));
        Assert.Single(site.Executor.Requests);
    }

    [Fact]
    public async Task A_second_answer_that_breaks_off_fails_its_check_and_pays_nothing()
    {
        var paid = 0;
        await using var broken = new LoopbackServer(async request => !request.Headers.ContainsKey("authorization")
            ? Reply.Status(402, ("WWW-Authenticate", await ChallengeAsync(site.Gateway.Url + "/s")))
            : paid++ == 0 ? Reply.Json("{\"goods\":1}") : Reply.Truncated("{\"goods\":1"));
        site.With(EnvironmentVariables.Ep212Sats4AiUrl, broken.Url + "/s");

        var result = await site.RunAsync<Ep212FullFlowSmokeResult>(SmokeName.Ep212FullFlow);

        Assert.Equal((false, "sats4ai_cached", "L402TransportError"), (result.Ok, result.Failure!.Check, result.Failure.Code));
        Assert.Equal((70_000L, null), (result.Sats4Ai!.FirstAmountMsats, result.Sats4Ai.SecondStatusCode));
        var last = JsonNode.Parse((await File.ReadAllLinesAsync(result.Artifacts.EventsPath))[^1])!["details"]!;
        Assert.Equal((200, 5, false), ((int)last["statusCode"]!, (int)last["responseBytes"]!, last.AsObject().ContainsKey("amountMsats")));
        Assert.Single(site.Executor.Requests);
    }

    [Fact]
    public async Task A_seller_that_asks_for_nothing_fails_the_check()
    {
        await using var free = new LoopbackServer(_ => Task.FromResult(Reply.Json("{}")));
        site.With(EnvironmentVariables.Ep212RouteAUrl, free.Url + "/a");

        var result = await site.RunAsync<Ep212RoutesSmokeResult>(SmokeName.Ep212Routes);

        Assert.Equal(("route_a_challenge", "challenge_missing"), (result.Failure!.Check, result.Failure.Code));
    }

    [Fact]
    public async Task No_secret_is_in_result_or_artifacts()
    {
        var result = await site.RunAsync<Ep212FullFlowSmokeResult>(SmokeName.Ep212FullFlow);

        var texts = new[] { ArtifactJson.Serialize(result), result.ToString(), await File.ReadAllTextAsync(result.Artifacts.EventsPath), await File.ReadAllTextAsync(result.Artifacts.SummaryPath) };
        foreach (var secret in site.Gateway.Node.Invoices.Select(invoice => invoice.Preimage.Reveal()).Append(LiveSite.Token))
        {
            Assert.All(texts, text => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
        }
    }

    private static InvoicePayment GetPayment(string body) => new()
    {
        RequestId = "r",
        Invoice = (string)JsonNode.Parse(body)!["payment"]!["invoice"]!,
        MaxAmount = new Msats(100_000),
        Host = "h",
    };

    private static async Task<string> ChallengeAsync(string url)
    {
        using var http = new System.Net.Http.HttpClient();
        using var answer = await http.GetAsync(new Uri(url));
        return string.Join(", ", answer.Headers.GetValues("WWW-Authenticate"));
    }

    private static void AssertWritten(Ep212FullFlowSmokeResult result, string[] events)
    {
        var lines = File.ReadAllLines(result.Artifacts.EventsPath).Select(line => JsonNode.Parse(line)!).ToArray();
        Assert.Equal(events, lines.Select(line => (string?)line["stage"] + " " + (string?)line["status"]));
        Assert.Equal(result.Failure!.Check, (string?)lines[^1]["details"]!["check"]);
        var summary = JsonNode.Parse(File.ReadAllText(result.Artifacts.SummaryPath))!;
        Assert.Equal((false, result.Failure.Check), ((bool)summary["ok"]!, (string?)summary["failure"]!["check"]));
    }
}
