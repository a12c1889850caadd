using System;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway;
using LightningOps.Gateway.Ops;
using LightningOps.Gateway.Planning;
using LightningOps.Gateway.Probes;
using LightningOps.Http;
using LightningOps.Reconcile;
using LightningOps.Settings;
using LightningOps.Tests.Http;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;

namespace LightningOps.Tests.Gateway.Ops;

public sealed class OpsGatewayTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly OpsPeer peer = new();
    private readonly HeldTime time = new();
    private readonly FaultProxy proxy;
    private readonly LoopbackServer server;

    public OpsGatewayTests()
    {
        proxy = new FaultProxy(peer.AnswerAsync, () => time.RunOut(TestHttp.Options.TryTimeout));
        server = new LoopbackServer(proxy.AnswerAsync);
    }

    public static TheoryData<HttpFault> Faults => [.. Enum.GetValues<HttpFault>()];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [InlineData("smoke:staging api")]
    [InlineData("smoke:staging convex")]
    public async Task Requests_of_a_roll_out_are_the_recorded_ones(string run)
    {
        var recorded = Vectors.Json("wire.json").GetProperty("runs").GetProperty(run).EnumerateArray()
            .Where(request => !request.GetProperty("url").GetString()!.StartsWith("/api/", StringComparison.Ordinal))
            .ToArray();
        var deploy = recorded.Single(request => request.GetProperty("url").GetString() == "/ops/deploy").GetProperty("body");
        var rollout = new GatewayRollout
        {
            RequestId = deploy.GetProperty("requestId").GetString()!,
            DeploymentId = deploy.GetProperty("deploymentId").GetString()!,
            ConfigHash = new ConfigHash(deploy.GetProperty("configHash").GetString()!),
            Artifact = System.Text.Encoding.UTF8.GetBytes(deploy.GetProperty("apertureYaml").GetString()!),
            Rules = CreateRollout("any", Selling("/a")).Rules,
        };
        using var gateway = Open(TestHttp.Options);

        await gateway.ReadStateAsync(None);
        var applied = await gateway.ApplyAsync(rollout, None);
        await gateway.ProbeHealthAsync(None);
        var challenge = await gateway.ProbeChallengeAsync(GetProbeRoute(rollout), None);
        var paid = await gateway.ProbeProxyAsync(GetProbeRoute(rollout), challenge, None);

        Assert.Equal("sha256:new", applied.ImageDigest);
        Assert.Equal(ProbeOutcome.Passed, paid.Outcome);
        Assert.Equal(recorded.Length, server.Requests.Count);
        foreach (var (expected, sent) in recorded.Zip(server.Requests))
        {
            Assert.Equal((expected.GetProperty("method").GetString(), expected.GetProperty("url").GetString()), (sent.Method, sent.Target));
            Assert.All(expected.GetProperty("headers").EnumerateObject(), header => Assert.Equal(header.Value.GetString(), sent.Headers[header.Name]));
            AssertSameJson(expected.GetProperty("body"), sent.Body);
        }
    }

    [Fact]
    public async Task Rolling_back_names_the_hash_and_the_image_to_go_back_to()
    {
        using var gateway = Open(TestHttp.Options);
        await gateway.ApplyAsync(OfPaths("dep_1", "/a"), None);
        var state = await gateway.ReadStateAsync(None);

        await gateway.RollBackAsync("req", "dep_2", state, None);

        var body = JsonNode.Parse(server.Requests[^1].Body)!;
        Assert.Equal("/ops/rollback", server.Requests[^1].Target);
        Assert.Equal(
            ["req", "dep_2", state.Active!.ConfigHash, "sha256:new"],
            new[] { "requestId", "deploymentId", "targetConfigHash", "imageDigest" }.Select(member => (string)body[member]!));
    }

    [Fact]
    public async Task Without_an_authorization_the_proxy_check_fails()
    {
        using var plain = new OpsGateway(new OpsGatewayOptions { BaseUrl = server.Url, ChallengeUrl = server.Url + "/bare", ProxyUrl = server.Url + "/staging", Http = TestHttp.Options });
        server.Enqueue(Reply.Status(402));
        var route = GetProbeRoute(OfPaths("dep_1", "/a"));

        var challenge = await plain.ProbeChallengeAsync(route, None);
        var paid = await plain.ProbeProxyAsync(route, challenge, None);

        Assert.Equal(ProbeOutcome.Passed, challenge.Outcome);
        Assert.Equal((ProbeOutcome.Failed, "missing_proxy_authorization_header"), (paid.Outcome, paid.Reason));
    }

    [Fact]
    public async Task A_challenge_other_than_402_fails()
    {
        using var gateway = Open(TestHttp.Options);
        server.Enqueue(Reply.Json("{}"));

        var challenge = await gateway.ProbeChallengeAsync(GetProbeRoute(OfPaths("dep_1", "/a")), None);

        Assert.Equal((ProbeOutcome.Failed, 200), (challenge.Outcome, challenge.StatusCode));
    }

    [Fact]
    public async Task A_failure_tells_the_status_and_never_the_token()
    {
        using var gateway = Open(TestHttp.Options, "wrong-token");

        server.Enqueue(Reply.Json("{\"error\":\"wrong-token is unknown\"}", 401));
        var failure = await Assert.ThrowsAsync<GatewayException>(() => gateway.ReadStateAsync(None));

        Assert.StartsWith("status_401:", failure.Reason);
        Assert.DoesNotContain("wrong-token", failure.ToString());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"deployment\":{}}")]
    [InlineData("{\"deployment\":7}")]
    [InlineData("<html>")]
    public async Task An_answer_that_is_no_deployment_is_a_failure(string body)
    {
        using var gateway = Open(TestHttp.Options);
        server.Enqueue(Reply.Json(body));

        var failure = await Assert.ThrowsAsync<GatewayException>(() => gateway.ReadStateAsync(None));

        Assert.StartsWith("invalid_answer:", failure.Reason);
    }

    [Fact]
    public async Task A_gateway_that_deploys_something_else_fails()
    {
        using var gateway = Open(TestHttp.Options);
        server.Enqueue(Reply.Json("{\"deploymentId\":\"dep_1\",\"configHash\":\"cfg_0\"}"));

        Assert.Equal("invalid_answer:configHash", (await Assert.ThrowsAsync<GatewayException>(() => gateway.ApplyAsync(OfPaths("dep_1", "/a"), None))).Reason);
    }

    [Fact]
    public void A_token_is_not_sent_over_plain_http_to_another_machine()
    {
        Assert.Throws<ConfigException>(() => new OpsGateway(new OpsGatewayOptions { BaseUrl = "http://gateway.example.com", ChallengeUrl = server.Url, ProxyUrl = server.Url }));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task After_one_fault_the_old_or_the_new_configuration_is_served_and_the_next_run_converges(HttpFault fault)
    {
        var old = OfPaths("dep_1", "/a");
        var wanted = OfPaths("dep_2", "/b");
        using var patient = Open(TestHttp.Options);
        using var hasty = Open(TestHttp.On(time) with { Tries = 1 });
        await patient.ApplyAsync(old, None);
        proxy.Restart();
        proxy.Fault = (number, _) => number == 1 ? fault : null;

        await Assert.ThrowsAsync<GatewayException>(() => hasty.ApplyAsync(wanted, None));
        Assert.Contains(peer.ActiveHash, new[] { old.ConfigHash, wanted.ConfigHash });

        await patient.ApplyAsync(wanted, None);
        Assert.Equal(wanted.ConfigHash, peer.ActiveHash);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task One_fault_is_got_over_by_trying_again(HttpFault fault)
    {
        using var gateway = Open(TestHttp.On(time));
        proxy.Fault = (number, _) => number == 1 ? fault : null;

        await gateway.ApplyAsync(OfPaths("dep_1", "/a"), None);

        Assert.True(proxy.Seen >= 2);
    }

    private static void AssertSameJson(JsonElement expected, string body)
    {
        if (expected.ValueKind == JsonValueKind.Null)
        {
            Assert.Empty(body);
        }
        else
        {
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected.GetRawText()), JsonNode.Parse(body)), body);
        }
    }

    [Theory]
    [InlineData(502, null)]
    [InlineData(402, "NOT CLOSED")]
    [InlineData(200, "NOT CLOSED")]
    [InlineData(0, "not known to be closed")]
    public async Task Routes_are_asked_where_a_challenge_address_is_given(int status, string? trouble)
    {
        await using var listener = new LoopbackServer(_ => Task.FromResult(status == 0 ? Reply.DropAfterReading : Reply.Status(status)));
        using var gateway = GatewayFactory.Create(GatewayReference.Parse("ops:" + server.Url), Settings(listener.Url + "/staging"));
        var questions = new RouteQuestions(gateway, 1);
        var services = DesiredServices.From(CreateRollout("dep_1", Selling("/a", 9000), Selling("/b")).Rules, withExtras: false);

        await questions.AskClosedAsync(services, services.Select(static service => (service, service.PriceSats)).ToArray(), None);

        // A connection that is dropped may be tried again below HTTP.
        Assert.Equal([("/a", Host)], listener.Requests.Select(static request => (request.Target, request.Headers["host"])).Distinct());
        Assert.Single(questions.NotAsked);
        Assert.Equal(trouble is null, questions.Trouble is null);
        Assert.StartsWith(trouble ?? string.Empty, questions.Trouble ?? string.Empty, StringComparison.Ordinal);
    }

    [Fact]
    public void Routes_are_not_asked_where_no_challenge_address_is_given()
    {
        using var gateway = GatewayFactory.Create(GatewayReference.Parse("ops:" + server.Url), Settings(null));

        Assert.False(new RouteQuestions(gateway, 20).CanAsk);
    }

    private static GatewaySettings Settings(string? challengeUrl) => new()
    {
        Environment = new OperatorEnvironment(static _ => null),
        ChallengeUrl = challengeUrl,
        Store = null,
        Http = TestHttp.Options with { Tries = 1 },
    };

    private OpsGateway Open(GatewayHttpOptions http, string token = "tok") => new(new OpsGatewayOptions
    {
        BaseUrl = server.Url,
        ChallengeUrl = server.Url + "/staging",
        ProxyUrl = server.Url + "/staging",
        OpsToken = OperatorSecret.From(token),
        Http = http,
    });
}
