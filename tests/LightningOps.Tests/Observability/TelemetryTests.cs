using System;
using System.Diagnostics;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Hosted;
using LightningOps.Gateway;
using LightningOps.Gateway.Memory;
using LightningOps.Gateway.Ops;
using LightningOps.Gateway.Probes;
using LightningOps.Http;
using LightningOps.Observability;
using LightningOps.Payments;
using LightningOps.Reconcile;
using LightningOps.Settings;
using LightningOps.Tests.ControlPlane.Hosted;
using LightningOps.Tests.Gateway;
using LightningOps.Tests.Gateway.Ops;
using LightningOps.Tests.Http;
using LightningOps.Tests.Reconcile;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Observability;

public sealed class TelemetryTests : IDisposable
{
    private const string Secret = "correct-horse-battery-staple";
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TelemetryProbe probe = new();

    public void Dispose() => probe.Dispose();

    [Fact]
    public async Task A_reconcile_is_a_span_with_its_stages_below_it()
    {
        var result = await new ReconcileBench().RunAsync();

        var reconcile = probe.Span("lightningops.reconcile");
        Assert.Equal(result.DeploymentId, reconcile.GetTagItem("lightningops.deployment.id"));
        Assert.Equal("applied", reconcile.GetTagItem("lightningops.deployment.status"));
        Assert.Equal(
            result.Stages.Select(stage => "lightningops.stage." + EnumName.GetName(stage.Stage)),
            probe.Spans.Where(span => span.ParentSpanId == reconcile.SpanId).Select(span => span.OperationName));
        Assert.Equal(probe.Span("lightningops.stage.compile").SpanId, probe.Span("lightningops.compile").ParentSpanId);
    }

    [Fact]
    public async Task A_reconcile_that_fails_is_measured_with_its_outcome_and_its_code()
    {
        var bench = new ReconcileBench();
        bench.Faults.Fail(GatewayOperation.Challenge, FaultMoment.Before);

        await bench.RunAsync();

        Assert.Equal(ActivityStatusCode.Error, probe.Span("lightningops.reconcile").Status);
        Assert.Equal(ActivityStatusCode.Error, probe.Span("lightningops.stage.challenge").Status);
        Assert.Equal(ActivityStatusCode.Unset, probe.Span("lightningops.stage.health").Status);
        var (count, tags) = Assert.Single(probe.GetMeasurements("lightningops.reconciles"));
        Assert.Equal(1, count);
        Assert.Equal(("rolled_back", "challenge_check_failed"), (tags["outcome"], tags["error.type"]));
        Assert.Single(probe.GetMeasurements("lightningops.reconcile.duration"));
    }

    [Fact]
    public async Task A_reconcile_that_could_not_be_made_is_measured_too()
    {
        var bench = new ReconcileBench();
        bench.ControlPlane.Next(Reconcile.ControlPlaneCall.Security, ControlPlaneFault.Refused);

        await Assert.ThrowsAnyAsync<LightningOpsException>(() => bench.RunAsync());

        Assert.Equal("not_made", Assert.Single(probe.GetMeasurements("lightningops.reconciles")).Tags["outcome"]);
    }

    [Fact]
    public void A_compile_is_measured_in_seconds()
    {
        PaywallCompiler.Compile(SamplePaywalls.OnOneHost("/a"), new CompileOptions());

        var (seconds, tags) = Assert.Single(probe.GetMeasurements("lightningops.compile.duration"));
        Assert.InRange(seconds, double.Epsilon, 60);
        Assert.Equal(("aperture", true), (tags["format"], tags["valid"]));
        Assert.Equal(1, probe.Span("lightningops.compile").GetTagItem("lightningops.rule_count"));
    }

    [Fact]
    public async Task A_call_of_a_control_plane_carries_the_trace_and_shows_no_secret()
    {
        await using var server = new LoopbackServer(new HostedStub(TimeProvider.System).AnswerAsync);
        using var plane = new ApiControlPlane(new HostedControlPlaneOptions { BaseUrl = server.Url, Secret = OperatorSecret.From(Secret) });

        await plane.ListPaywallsAsync(None);

        var span = probe.Span("lightningops.control_plane");
        AssertCarries(server.Requests.Single(), span);
        Assert.Equal(
            ("POST", "127.0.0.1", 200, "lightning/ops:listPaywallControlPlaneState"),
            (span.GetTagItem("http.request.method"), span.GetTagItem("server.address"), span.GetTagItem("http.response.status_code"), span.GetTagItem("lightningops.control_plane.function")));
        Assert.Equal(ActivityKind.Client, span.Kind);
        Assert.DoesNotContain(Secret, probe.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_is_refused_is_an_error_of_its_status_and_quotes_nothing()
    {
        await using var server = new LoopbackServer(_ => Task.FromResult(Reply.Json("{\"error\":\"" + Secret + "\"}", 403)));
        using var plane = new ConvexControlPlane(new HostedControlPlaneOptions { BaseUrl = server.Url, Secret = OperatorSecret.From("other") });

        await Assert.ThrowsAsync<ControlPlaneTransportException>(() => plane.GetSecurityStateAsync(None));

        var span = probe.Span("lightningops.control_plane");
        Assert.Equal(("403", ActivityStatusCode.Error), (span.GetTagItem("error.type"), span.Status));
        Assert.Equal("403", Assert.Single(probe.GetMeasurements("lightningops.control_plane.duration")).Tags["error.type"]);
        Assert.DoesNotContain(Secret, probe.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_to_a_gateway_carry_the_trace_and_a_challenge_is_no_error()
    {
        await using var server = new LoopbackServer(new OpsPeer().AnswerAsync);
        using var gateway = Ops(server.Url);

        await gateway.ReadStateAsync(None);
        var probed = await gateway.ProbeChallengeAsync(Rollouts.GetProbeRoute(Rollouts.OfPaths("dep_1", "/a")), None);

        Assert.Equal(ProbeOutcome.Passed, probed.Outcome);
        var spans = probe.Spans.Where(span => span.OperationName == "lightningops.gateway").ToArray();
        Assert.All(server.Requests.Zip(spans), pair => AssertCarries(pair.First, pair.Second));
        Assert.Equal([200, 402], spans.Select(span => span.GetTagItem("http.response.status_code")).Cast<int>());
        Assert.All(spans, span => Assert.Equal(ActivityStatusCode.Unset, span.Status));
        Assert.DoesNotContain("tok", probe.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_to_a_seller_and_one_to_a_wallet_carry_the_trace()
    {
        using var folder = new TemporaryFolder();
        await using var server = new LoopbackServer(_ => Task.FromResult(Reply.Status(200)));
        using var store = new CredentialStore(new CredentialStoreOptions { Path = folder.File("credentials.db") });
        using var client = new L402Client(new L402ClientOptions(), payer: null, store);
        using var wallet = new WalletHttp(new WalletHttpOptions());

        using (await client.SendAsync(new L402Request { Uri = new Uri(server.Url + "/goods") }))
        {
            await wallet.RequestAsync(new GatewayRequest(HttpMethod.Post, new Uri(server.Url + "/pay")), TimeSpan.FromSeconds(20), None);
        }

        AssertCarries(server.Requests[0], probe.Span("lightningops.seller"));
        AssertCarries(server.Requests[1], probe.Span("lightningops.wallet"));
    }

    [Fact]
    public async Task A_gateway_that_cannot_be_reached_is_an_error_of_its_code()
    {
        using var gateway = Ops("http://127.0.0.1:1");

        await Assert.ThrowsAsync<GatewayException>(() => gateway.ReadStateAsync(None));

        Assert.Equal(new GatewayException("g", "o", "r", "x").Tag, probe.Span("lightningops.gateway").GetTagItem("error.type"));
    }

    [Fact]
    public void A_framework_that_sends_no_context_itself_gets_it_in_w3c_form()
    {
        using var activity = new Activity("a").SetIdFormat(ActivityIdFormat.W3C).Start();
        activity.TraceStateString = "vendor=1";
        using var request = new HttpRequestMessage();

        TraceContext.Inject(activity, request);
        TraceContext.Inject(new Activity("other").SetIdFormat(ActivityIdFormat.W3C).Start(), request);

        Assert.Equal(activity.Id, request.Headers.GetValues("traceparent").Single());
        Assert.Equal("vendor=1", request.Headers.GetValues("tracestate").Single());
    }

    private static OpsGateway Ops(string url) => new(new OpsGatewayOptions
    {
        BaseUrl = url,
        ChallengeUrl = url + "/staging",
        ProxyUrl = url + "/staging",
        OpsToken = OperatorSecret.From("tok"),
        Http = TestHttp.Options,
    });

    private void AssertCarries(RecordedRequest request, Activity span)
    {
        var parts = request.Headers["traceparent"].Split('-');
        Assert.Equal(probe.TraceId, parts[1]);
        Assert.Equal(span.TraceId.ToHexString(), parts[1]);
        Assert.NotEqual(span.ParentSpanId.ToHexString(), parts[2]);
    }
}
