using System;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Hosted;
using LightningOps.Http;
using LightningOps.Json;
using LightningOps.Paywalls;
using LightningOps.Paywalls.Decoding;
using LightningOps.Settings;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.ControlPlane.Hosted;

/// <summary>Tries, time limits and failures against a server with faults (docs/reference/control-plane.md#transport).</summary>
public sealed class TransportTests : IAsyncLifetime
{
    private const string Answer = "{\"ok\":true,\"paywalls\":[]}";
    private const string EventAnswer = "{\"ok\":true,\"event\":{\"eventId\":\"evt_1\",\"paywallId\":\"p\",\"ownerId\":\"o\",\"eventType\":\"t\",\"level\":\"GATEWAY_EVENT_LEVEL_INFO\",\"createdAtMs\":\"1\"}}";
    private const string Secret = "s3cret/<with>\"everything\" äöü";
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly HeldTime time = new();
    private readonly LoopbackServer server = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await server.DisposeAsync();

    public static TheoryData<string> PassingFaults => ["drop before", "drop after", "truncated", "stall", "stalled body", "408", "429", "500", "502", "503"];

    [Theory]
    [MemberData(nameof(PassingFaults))]
    public async Task A_query_is_tried_again_after_a_fault_that_may_pass(string fault)
    {
        server.Enqueue(Fault(fault), Reply.Json(Answer));
        using var plane = Open(OnHeldTime);

        Assert.Empty(await plane.ListPaywallsAsync(None));
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task A_call_is_tried_four_times_and_then_fails_with_the_last_answer()
    {
        server.Enqueue(Reply.Status(503), Reply.Status(503), Reply.Status(503), Reply.Json("{\"error\":{\"code\":\"down\"}}", 503));
        using var plane = Open();

        var error = await Assert.ThrowsAsync<ControlPlaneTransportException>(() => plane.ListPaywallsAsync(None));
        Assert.Equal(("query:lightning/ops:listPaywallControlPlaneState", "status_503:{\"error\":{\"code\":\"down\"}}"), (error.Operation, error.Reason));
        Assert.Equal(4, server.Connections);
    }

    [Fact]
    public async Task A_mutation_with_an_id_of_its_own_is_tried_again()
    {
        server.Enqueue(Reply.DropAfterReading, Reply.Json("{\"ok\":true,\"changed\":true,\"invoice\":{\"invoiceId\":\"i\",\"paywallId\":\"p\",\"ownerId\":\"o\",\"amountMsats\":\"1\",\"status\":\"INVOICE_LIFECYCLE_STATUS_OPEN\",\"createdAtMs\":1,\"updatedAtMs\":1}}"));
        using var plane = Open();

        var ingest = await plane.IngestInvoiceAsync(new InvoiceUpdate { InvoiceId = "i", PaywallId = "p", OwnerId = "o", AmountMsats = 1, Status = InvoiceStatus.Open }, None);
        Assert.Equal(InvoiceStatus.Open, ingest.Invoice.Status);
        Assert.Equal(server.Requests[0].Body, server.Requests[1].Body);
    }

    [Theory]
    [MemberData(nameof(PassingFaults))]
    public async Task An_event_is_not_sent_twice_when_the_first_may_have_arrived(string fault)
    {
        server.Enqueue(Fault(fault), Reply.Json(EventAnswer));
        using var plane = Open(OnHeldTime);

        await Assert.ThrowsAsync<ControlPlaneTransportException>(() => plane.RecordEventAsync(Draft(), None));
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_deployment_without_id_and_a_rotation_are_not_sent_twice_either()
    {
        server.Enqueue(Reply.Status(503), Reply.Status(503), Reply.Status(503));
        using var plane = Open();

        await Assert.ThrowsAsync<ControlPlaneTransportException>(() => plane.RecordDeploymentAsync(new DeploymentIntent { ConfigHash = new ConfigHash("cfg"), Status = DeploymentStatus.Pending, Diagnostics = [] }, None));
        await Assert.ThrowsAsync<ControlPlaneTransportException>(() => plane.RotateCredentialRoleAsync(new CredentialRoleChange { Role = CredentialRole.OperatorAdmin }, None));
        await Assert.ThrowsAsync<ControlPlaneTransportException>(() => plane.ActivateCredentialRoleAsync(new CredentialRoleChange { Role = CredentialRole.OperatorAdmin }, None));
        Assert.Equal(3, server.Connections);
    }

    [Fact]
    public async Task An_event_refused_a_connection_is_sent_when_there_is_one()
    {
        server.Enqueue(Reply.Json(EventAnswer));
        using var handler = new RefusingHandler(refusals: 2);
        using var plane = Open(options => options with { Handler = handler });

        Assert.Equal("evt_1", (await plane.RecordEventAsync(Draft(), None)).EventId);
        Assert.Equal(3, handler.Tries);
    }

    [Fact]
    public async Task A_refused_connection_is_a_failure_with_its_code()
    {
        var gone = new LoopbackServer();
        await gone.DisposeAsync();
        using var plane = new ApiControlPlane(Options() with { BaseUrl = gone.Url });

        var error = await Assert.ThrowsAsync<ControlPlaneTransportException>(() => plane.ListPaywallsAsync(None));
        Assert.Equal("connection_failed:connection_refused", error.Reason);
        Assert.Contains("OA_LIGHTNING_OPS_API_BASE_URL", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stalled_server_is_a_timeout()
    {
        server.Enqueue(Fault("stall"));
        using var plane = Open(options => OnHeldTime(options) with { Tries = 1 });

        Assert.Equal("timeout", (await Assert.ThrowsAsync<ControlPlaneTransportException>(() => plane.ListPaywallsAsync(None))).Reason);
    }

    [Fact]
    public async Task Cancelling_ends_a_call_in_flight()
    {
        server.Enqueue(Reply.StalledBody(Answer));
        using var plane = Open(options => options with { TryTimeout = TimeSpan.FromMinutes(5) });
        using var cancel = new CancellationTokenSource();
        var call = plane.ListPaywallsAsync(cancel.Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task A_chunked_answer_is_taken()
    {
        server.Enqueue(Reply.Chunked(Answer, size: 5));
        using var plane = Open();

        Assert.Empty(await plane.ListPaywallsAsync(None));
    }

    [Theory]
    [InlineData(401, "{\"error\":{\"code\":\"invalid_ops_secret\",\"message\":\"no\"}}", "status_401:{\"error\":{\"code\":\"invalid_ops_secret\",\"message\":\"no\"}}")]
    [InlineData(422, "{\"message\":\"The function name field is required.\"}", "status_422:{\"message\":\"The function name field is required.\"}")]
    [InlineData(404, "not here", "status_404:not here")]
    [InlineData(302, "", "status_302:")]
    [InlineData(200, "{\"ok\":true,\"paywalls\":[],\"error\":{\"code\":\"x\"}}", "error:{\"code\":\"x\"}")]
    [InlineData(200, "{\"error\":\"unauthorized\"}", "error:\"unauthorized\"")]
    [InlineData(200, "{\"ok\":false}", "error:the answer is not ok")]
    [InlineData(200, "<html>", "invalid_json")]
    [InlineData(200, "", "invalid_json")]
    [InlineData(200, "{\"ok\":true,\"paywalls\":[]", "invalid_json")]
    public async Task An_error_of_the_api_is_a_transport_failure_that_is_not_retried(int status, string body, string reason)
    {
        server.Enqueue(Reply.Json(body, status, ("location", server.Url)));
        using var plane = Open();

        var error = await Assert.ThrowsAsync<ControlPlaneTransportException>(() => plane.ListPaywallsAsync(None));
        Assert.Equal(reason, error.Reason);
        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData("false")]
    [InlineData("null")]
    [InlineData("0")]
    [InlineData("\"\"")]
    public async Task An_error_member_that_is_not_truthy_is_none(string error)
    {
        server.Enqueue(Reply.Json("{\"error\":" + error + ",\"paywalls\":[]}"));
        using var plane = Open();

        Assert.Empty(await plane.ListPaywallsAsync(None));
    }

    [Theory]
    [InlineData(200, "{\"status\":\"error\",\"errorMessage\":\"Uncaught Error: unauthorized\",\"errorData\":{\"code\":7}}", "error:Uncaught Error: unauthorized {\"code\":7}")]
    [InlineData(560, "{\"status\":\"error\",\"errorMessage\":\"thrown\"}", "error:thrown")]
    [InlineData(200, "{\"status\":\"success\",\"value\":{\"error\":\"x\"}}", "error:\"x\"")]
    [InlineData(400, "{\"code\":\"BadJson\"}", "status_400:{\"code\":\"BadJson\"}")]
    public async Task An_error_of_convex_is_a_transport_failure_that_is_not_retried(int status, string body, string reason)
    {
        server.Enqueue(Reply.Json(body, status));
        using var plane = new ConvexControlPlane(Options());

        Assert.Equal(reason, (await Assert.ThrowsAsync<ControlPlaneTransportException>(() => plane.ListPaywallsAsync(None))).Reason);
        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData("{\"status\":\"success\"}", "value")]
    [InlineData("{}", "status")]
    [InlineData("{\"status\":\"success\",\"value\":{\"paywalls\":[{}]}}", "paywalls[0].paywallId")]
    public async Task An_answer_of_another_form_is_a_decode_failure(string body, string path)
    {
        server.Enqueue(Reply.Json(body));
        using var plane = new ConvexControlPlane(Options());

        var error = await Assert.ThrowsAsync<ControlPlaneDecodeException>(() => plane.ListPaywallsAsync(None));
        Assert.Equal(("query:lightning/ops:listPaywallControlPlaneState", path), (error.Operation, error.Path));
    }

    [Fact]
    public async Task An_answer_larger_than_the_limit_is_refused_announced_or_not()
    {
        var large = "{\"pad\":\"" + new string('x', 4000) + "\",\"paywalls\":[]}";
        server.Enqueue(Reply.Json(large), Reply.Chunked(large, size: 1000));
        using var plane = Open(options => options with { MaxListSize = 2000 });

        Assert.Equal("answer_too_large", (await Assert.ThrowsAsync<ControlPlaneTransportException>(() => plane.ListPaywallsAsync(None))).Reason);
        Assert.Equal("answer_too_large", (await Assert.ThrowsAsync<ControlPlaneTransportException>(() => plane.ListPaywallsAsync(None))).Reason);
        Assert.Equal(2, server.Connections);
    }

    [Theory]
    [InlineData("http://192.0.2.1")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("https://user:pass@example.com")]
    [InlineData("https://example.com/?a=b")]
    [InlineData("example.com")]
    public void A_base_url_the_secret_must_not_be_sent_to_is_refused(string url)
    {
        var error = Assert.Throws<ConfigException>(() => new ApiControlPlane(Options() with { BaseUrl = url }));

        Assert.Equal("OA_LIGHTNING_OPS_API_BASE_URL", error.Field);
        Assert.DoesNotContain("pass", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_http_to_another_machine_can_be_allowed() =>
        new ConvexControlPlane(Options() with { BaseUrl = "http://192.0.2.1", AllowInsecure = true }).Dispose();

    [Theory]
    [InlineData("2", 2)]
    [InlineData("0", 0)]
    [InlineData("Thu, 01 Jan 1970 00:00:09 GMT", 8)]
    [InlineData("Thu, 01 Jan 1970 00:00:00 GMT", 0)]
    public async Task Retry_after_is_honoured_as_seconds_and_as_a_date(string retryAfter, int seconds)
    {
        server.Enqueue(Reply.Status(429, ("retry-after", retryAfter)));
        using var sender = new HttpSender(null, new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1)));

        var answer = await sender.TryAsync(new GatewayRequest(HttpMethod.Post, new Uri(server.Url)) { Json = [] }, 100, None);
        Assert.Equal(TimeSpan.FromSeconds(seconds), answer.RetryAfter);
    }

    [Fact]
    public async Task The_wait_between_tries_is_what_retry_after_asks_for()
    {
        var clock = new RecordingTimeProvider();
        server.Enqueue(Reply.Status(429, ("retry-after", "7")), Reply.Status(503, ("retry-after", "60")), Reply.Json(Answer));
        using var plane = Open(options => options with { Time = clock, MaxRetryDelay = TimeSpan.FromSeconds(60), TryTimeout = TimeSpan.FromHours(1) });

        await plane.ListPaywallsAsync(None);
        Assert.Equal([TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(60)], clock.Waits.Where(wait => wait != TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task A_wait_longer_than_the_longest_fails_at_once_and_says_when_to_come_back()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.Parse("2026-01-02T03:04:05Z", System.Globalization.CultureInfo.InvariantCulture));
        server.Enqueue(Reply.Status(429, ("retry-after", "3600")), Reply.Json(Answer));
        using var plane = Open(options => options with { Time = clock });

        var error = await Assert.ThrowsAsync<ControlPlaneTransportException>(() => plane.ListPaywallsAsync(None));

        Assert.Equal("status_429:{}", error.Reason);
        Assert.Contains("after 2026-01-02T04:04:05Z", error.Remedy, StringComparison.Ordinal);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task Each_request_says_who_sends_it_and_what_is_understood_and_gzip_is()
    {
        server.Enqueue(Reply.Gzip(Answer));
        using var plane = Open();

        Assert.Empty(await plane.ListPaywallsAsync(None));

        var headers = server.Requests[0].Headers;
        Assert.Matches("^LightningOps/[0-9]+\\.[0-9]+\\.[0-9]+$", headers["user-agent"]);
        Assert.Equal("application/json", headers["accept"]);
        Assert.Contains("gzip", headers["accept-encoding"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_of_the_api_may_have_members_of_its_own()
    {
        server.Enqueue(Reply.Json("{\"ok\":true,\"paywalls\":[],\"status\":200,\"value\":[],\"errorMessage\":5,\"errorData\":null}"));
        using var plane = new ApiControlPlane(Options());

        Assert.Empty(await plane.ListPaywallsAsync(None));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(200)]
    public async Task A_server_that_echoes_the_secret_does_not_get_it_into_an_error(int status)
    {
        foreach (var echo in Echoes().SelectMany(form => new[] { form, new string('x', 1995) + form }))
        {
            server.Enqueue(Reply.Json(status == 200 ? "{\"error\":" + System.Text.Json.JsonSerializer.Serialize(echo) + "}" : echo, status));
            using var plane = Open();
            var error = await Assert.ThrowsAsync<ControlPlaneTransportException>(() => plane.ListPaywallsAsync(None));

            Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("everything", error.ToString(), StringComparison.Ordinal);
            Assert.True(echo.StartsWith('x') || error.Reason.Contains("***", StringComparison.Ordinal), error.Reason);
        }
    }

    [Fact]
    public async Task A_preimage_echoed_back_does_not_get_into_an_error()
    {
        server.Enqueue(Reply.Json("{\"bad\":\"" + new string('b', 64) + "\"}", 422));
        using var plane = Open();

        var error = await Assert.ThrowsAsync<ControlPlaneTransportException>(() => plane.IngestSettlementAsync(
            new SettlementWithProof { SettlementId = "s", PaywallId = "p", OwnerId = "o", AmountMsats = 1, PaymentProofValue = new string('b', 64) }, None));
        Assert.Equal("status_422:{\"bad\":\"***\"}", error.Reason);
    }

    [Fact]
    public async Task A_quoted_body_is_cut()
    {
        server.Enqueue(Reply.Json(new string('y', 100_000), 400));
        using var plane = Open();

        Assert.Equal("status_400:".Length + 2000 + 1, (await Assert.ThrowsAsync<ControlPlaneTransportException>(() => plane.ListPaywallsAsync(None))).Reason.Length);
    }

    [Fact]
    public void A_secret_shows_itself_to_nobody()
    {
        Assert.Equal("***", OperatorSecret.From(Secret).ToString());
        Assert.DoesNotContain("s3cret", Options().ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", ArtifactJson.Serialize(OperatorSecret.From(Secret)), StringComparison.Ordinal);
    }

    private static string[] Echoes() =>
    [
        Secret,
        System.Text.Json.JsonSerializer.Serialize(Secret),
        "\"s3cret\\/<with>\\\"everything\\\" \\u00e4\\u00f6\\u00fc\"",
        Uri.EscapeDataString(Secret),
        Uri.EscapeDataString(Secret).ToLowerInvariant(),
        System.Net.WebUtility.UrlEncode(Secret),
        System.Net.WebUtility.HtmlEncode(Secret),
    ];

    private Reply Fault(string name) => name switch
    {
        "drop before" => Reply.DropBeforeReading,
        "drop after" => Reply.DropAfterReading,
        "truncated" => Reply.Truncated(Answer),
        "stall" => Reply.Stalled(RunOut),
        "stalled body" => Reply.StalledBody(Answer, RunOut),
        _ => Reply.Status(int.Parse(name)),
    };

    private void RunOut() => time.RunOut(Options().TryTimeout);

    private HostedControlPlaneOptions OnHeldTime(HostedControlPlaneOptions options) => options with { Time = time };

    private static GatewayEventDraft Draft() => new() { PaywallId = "p", OwnerId = "o", EventType = "t", Level = EventLevel.Info };

    private HostedControlPlaneOptions Options() => new()
    {
        BaseUrl = server.Url,
        Secret = OperatorSecret.From(Secret),
        RetryDelay = TimeSpan.FromMilliseconds(1),
    };

    private ApiControlPlane Open(Func<HostedControlPlaneOptions, HostedControlPlaneOptions>? change = null) => new((change ?? (options => options))(Options()));
}
