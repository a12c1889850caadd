using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Gateway.Endpoints;
using LightningOps.Gateway.Memory;
using LightningOps.L402.Macaroons;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Status;
using LightningOps.Status.Metrics;
using LightningOps.Tests.Gateway.Endpoints;
using LightningOps.Tests.Http;
using LightningOps.Tests.Reconcile;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;

namespace LightningOps.Tests.Status;

/// <summary>A status says what is known, and of the rest that it is not known.</summary>
public sealed class StatusReaderTests
{
    [Fact]
    public async Task Desired_written_and_live_are_told_of_a_gateway_that_was_rolled_out_to()
    {
        var bench = new ReconcileBench();
        await bench.RunAsync();

        var status = await ReadAsync(bench);

        var gateway = Assert.Single(status.Gateways);
        Assert.Equal((DriftStatus.InSync, bench.WantedHash, bench.WantedHash, bench.WantedHash), (gateway.Drift, gateway.Desired, gateway.Written, gateway.Live));
        Assert.Equal((2, 0, 0), (gateway.Selling, gateway.Free, gateway.Closed));
        Assert.Equal(DeploymentStatus.Applied, status.LastRollout!.Status);
        Assert.Equal(status.LastApplied!.AppliedAtMs, status.LastSuccessAtMs);
        Assert.Empty(status.NotKnown);
        Assert.True(status.Ok);
    }

    [Theory]
    [InlineData("dep_1", "restored dep_1 there")]
    [InlineData(ReconcileSuspension.ByHand, "kim@ops suspended it")]
    public async Task A_gateway_that_is_not_reconciled_is_a_finding(string deployment, string reason)
    {
        var bench = new ReconcileBench();
        await bench.RunAsync();
        var own = Sources(bench).Gateways[0].Name;

        var status = await new StatusReader(Sources(bench) with { Suspensions = [new(own, deployment, "kim@ops", 1), new("file:/other", "dep_2", "kim@ops", 1)] }, bench.Time).ReadAsync(CancellationToken.None);

        var finding = Assert.Single(status.Findings);
        Assert.Equal(ReconcileFailureCodes.ReconcileSuspended, finding.Code);
        Assert.Contains(reason, finding.Message, StringComparison.Ordinal);
        Assert.Contains("Set-L402Gateway " + own + " -Reconcile On", finding.Message, StringComparison.Ordinal);
        Assert.False(status.Ok);
    }

    [Fact]
    public async Task A_gateway_that_cannot_be_read_leaves_its_values_unknown_and_no_other()
    {
        var bench = new ReconcileBench();
        await bench.RunAsync();
        bench.Faults.Fail(GatewayOperation.ReadState, FaultMoment.Before, 10);

        var status = await ReadAsync(bench);

        var gateway = Assert.Single(status.Gateways);
        Assert.Equal(DriftStatus.Undetermined, gateway.Drift);
        Assert.Null(gateway.Written);
        Assert.Null(gateway.Live);
        Assert.NotNull(gateway.Failure);
        Assert.Contains(status.NotKnown, value => value.What == gateway.Gateway);
        Assert.NotNull(status.Switches);
        Assert.NotNull(status.Revenue);
        Assert.False(status.Ok);
    }

    [Fact]
    public async Task A_file_whose_load_nothing_has_shown_is_written_and_what_sells_is_not_known()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("aperture.yaml"), "listenaddr: 127.0.0.1:9\nservices:\n  - name: website\n    hostregexp: '^w$'\n    pathregexp: '^/$'\n    address: 127.0.0.1:9000\n    protocol: http\n    price: 5\n");
        using var gateway = new ApertureFileGateway(new ApertureFileGatewayOptions { Path = folder.File("aperture.yaml"), Http = TestHttp.Options });
        var bench = new ReconcileBench();

        var status = await new StatusReader(Sources(bench) with { Gateways = [gateway] }, bench.Time).ReadAsync(CancellationToken.None);

        var read = Assert.Single(status.Gateways);
        Assert.Equal(LiveEvidence.NotKnown, read.Evidence);
        Assert.Null(read.Live);
        Assert.Null(read.Selling);
        Assert.Null(read.Free);
        Assert.Null(read.Closed);
    }

    [Fact]
    public async Task A_free_service_is_counted_as_free_as_is_one_closed_at_port_9_and_a_closed_one_answers_every_request_with_502()
    {
        var bench = new ReconcileBench();
        await bench.RunAsync();
        GatewayService Unpaid(string name, string address, string auth) => new() { Name = name, HostRegexp = ".*", PathRegexp = "^/" + name + "$", Address = address, Protocol = "http", Auth = auth };
        bench.Gateway.Reread = state => state with
        {
            Services =
            [
                .. state.Services!,
                Unpaid("page", "127.0.0.1:9000", "off"),
                Unpaid("word", "127.0.0.1:9000", "nonsense"),
                Unpaid("closed", "127.0.0.1:0", "off"),
                Unpaid("closed_before", "127.0.0.1:9", "off"),
                Unpaid("counted", "127.0.0.1:9000", "freebie 3"),
                Unpaid("nowhere", "127.0.0.1:0", "on"),
            ],
        };

        var status = await ReadAsync(bench);

        var gateway = Assert.Single(status.Gateways);
        Assert.Equal((3, 3, 1, 1), (gateway.Selling, gateway.Free, gateway.Closed, gateway.Failing));
        var services = StatusMetrics.Create(status, 0).Single(static family => family.Name == "lightningops_gateway_services").Samples;
        Assert.Equal([("selling", 3), ("free", 3), ("closed", 1), ("failing", 1)], services.Select(static sample => (sample.Labels[1].Value, (int)sample.Value)).Where(static sample => sample.Item1 != "left_alone"));
    }

    [Fact]
    public async Task Each_endpoint_is_told_with_what_it_serves_and_one_that_does_not_answer_as_not_known()
    {
        await using var one = new AdminEndpoint();
        await using var two = new AdminEndpoint();
        using var group = new EndpointGroup([one.Open(), two.Open()]);
        var bench = new ReconcileBench([Selling("/a")]);
        Assert.True((await new Reconciler(bench.ControlPlane, group, bench.Time, bench.Leases, bench.Outbox).RunAsync(bench.Options, CancellationToken.None)).Ok);
        var sources = Sources(bench) with { Gateways = [group] };

        var alike = Assert.Single((await new StatusReader(sources, bench.Time).ReadAsync(CancellationToken.None)).Gateways);
        two.Aperture.Services = [];
        var emptied = Assert.Single((await new StatusReader(sources, bench.Time).ReadAsync(CancellationToken.None)).Gateways);
        two.IsDown = true;
        var status = await new StatusReader(sources, bench.Time).ReadAsync(CancellationToken.None);
        var down = Assert.Single(status.Gateways);

        Assert.Equal(DriftStatus.InSync, alike.Drift);
        Assert.Equal([(one.Url, alike.Desired, (string?)null), (two.Url, alike.Desired, null)], alike.Endpoints.Select(static endpoint => (endpoint.Endpoint["aperture:".Length..], endpoint.Live, endpoint.Failure)));
        Assert.Equal(DriftStatus.InDrift, emptied.Drift);
        Assert.Equal((true, false), (emptied.Endpoints[0].Live == alike.Desired, emptied.Endpoints[1].Live == alike.Desired));
        Assert.NotEqual(DriftStatus.InSync, down.Drift);
        Assert.Equal((alike.Desired, null), (down.Endpoints[0].Live, down.Endpoints[1].Live));
        Assert.Equal((null, false), (down.Endpoints[0].Failure, string.IsNullOrEmpty(down.Endpoints[1].Failure)));
        Assert.Contains(StatusMetrics.Create(status, 0).Single(static family => family.Name == "lightningops_endpoint_live_known").Samples, sample => sample.Value == 0 && sample.Labels.Any(label => label.Value == "aperture:" + two.Url));
    }

    [Fact]
    public async Task Switches_are_told_with_who_set_them()
    {
        var bench = new ReconcileBench();
        await bench.Plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true, UpdatedBy = "ada@ops", Reason = "drill" }, CancellationToken.None);

        var status = await ReadAsync(bench);

        Assert.Equal((true, "ada@ops"), (status.Switches!.Global.GlobalPause, status.Switches.Global.UpdatedBy));
    }

    [Theory]
    [InlineData("A global pause is set; 1 gateway still sells.", 2)]
    [InlineData("A global pause is set; 2 gateways still sell.", 2, 1)]
    [InlineData("A global pause is set; 1 gateway still sells. It is not known whether g1 sells.", 2, -1)]
    [InlineData("A global pause is set. It is not known whether g0 sells.", -1)]
    [InlineData("A global pause is set. It is not known whether 2 gateways sell.", -1, -1, 0)]
    [InlineData("A global pause is set; no gateway that was read sells.", 0)]
    [InlineData("A global pause is set. No gateway")]
    public void A_pause_is_told_with_the_gateways_that_still_sell(string told, params int[] selling)
    {
        var status = MetricTests.Full() with { Gateways = [.. selling.Select(static (count, place) => new GatewayStatus { Gateway = "g" + place, Drift = DriftStatus.InDrift, Outcome = "x", Selling = count < 0 ? null : count })] };

        Assert.StartsWith(told, status.Outcome, StringComparison.Ordinal);
        Assert.DoesNotContain("global pause", (status with { Switches = null }).Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateway_that_a_pause_has_not_reached_is_told_to_sell()
    {
        var bench = new ReconcileBench();
        await bench.RunAsync();
        await bench.Plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, CancellationToken.None);

        Assert.StartsWith("A global pause is set; 1 gateway still sells. 1 gateway not as desired.", (await ReadAsync(bench)).Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_control_plane_without_history_and_books_is_not_known_and_not_empty()
    {
        var bench = new ReconcileBench();
        var sources = Sources(bench) with { ControlPlane = bench.ControlPlane, ControlPlaneName = "api" };

        var status = await new StatusReader(sources, bench.Time).ReadAsync(CancellationToken.None);

        Assert.Null(status.Revenue);
        Assert.Null(status.LastRollout);
        Assert.Equal(["last applied roll-out", "last roll-out", "revenue"], status.NotKnown.Select(value => value.What).Where(what => what != "memory").OrderBy(what => what, StringComparer.Ordinal));
    }

    [Fact]
    public async Task No_challenge_is_asked_for_and_nothing_is_recorded()
    {
        var bench = new ReconcileBench();
        await bench.RunAsync();
        bench.Gateway.Calls.Clear();
        bench.ControlPlane.Calls.Clear();

        await new StatusReader(Sources(bench) with { ControlPlane = bench.ControlPlane }, bench.Time).ReadAsync(CancellationToken.None);

        Assert.Equal([GatewayOperation.ReadState], bench.Gateway.Calls);
        Assert.All(bench.ControlPlane.Calls, call => Assert.Contains(call, new[] { "list", "security" }));
    }

    [Fact]
    public async Task The_newest_summary_of_a_smoke_folder_counts()
    {
        using var folder = new TemporaryFolder();
        foreach (var (run, ok, day) in new[] { ("old", "false", 1), ("new", "true", 2) })
        {
            Directory.CreateDirectory(folder.File("nightly/" + run));
            File.WriteAllText(folder.File("nightly/" + run + "/summary.json"), "{\"ok\":" + ok + "}");
            File.SetLastWriteTimeUtc(folder.File("nightly/" + run + "/summary.json"), new DateTime(2026, 11, day, 0, 0, 0, DateTimeKind.Utc));
        }

        Directory.CreateDirectory(folder.File("empty"));
        var bench = new ReconcileBench();

        var status = await new StatusReader(Sources(bench) with { SmokeFolders = [folder.File("nightly"), folder.File("empty"), folder.File("gone")] }, bench.Time).ReadAsync(CancellationToken.None);

        Assert.Equal(new SmokeRun("nightly", true, new DateTimeOffset(2026, 11, 2, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds()), Assert.Single(status.Smokes));
        Assert.Contains(status.NotKnown, value => value.What == "smoke empty");
        Assert.Contains(status.NotKnown, value => value.What == "smoke gone");
    }

    [Fact]
    public async Task The_certificate_of_an_endpoint_and_the_end_of_a_macaroon_are_read()
    {
        using var key = RSA.Create(2048);
        var ends = new DateTimeOffset(2027, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(ends.AddYears(-2), ends);
        using var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            await using var stream = new SslStream(client.GetStream());
            await stream.AuthenticateAsServerAsync(certificate);
        });
        using var folder = new TemporaryFolder();
        var macaroon = new Macaroon([], [1, 2], [new MacaroonCaveat("time-before 2026-12-24T00:00:00.123456789Z"u8.ToArray()), new MacaroonCaveat("ipaddr 10.0.0.1"u8.ToArray())], new byte[32]);
        File.WriteAllBytes(folder.File("readonly.macaroon"), macaroon.ToBinary());
        var bench = new ReconcileBench();
        var address = new Uri("https://127.0.0.1:" + ((IPEndPoint)listener.LocalEndpoint).Port + "/weather");

        var status = await new StatusReader(Sources(bench) with { Addresses = [address, new Uri("https://127.0.0.1:1")], MacaroonFiles = [folder.File("readonly.macaroon"), folder.File("none.macaroon")] }, bench.Time).ReadAsync(CancellationToken.None);
        await serving;

        Assert.Equal(
            [(ExpiringKind.Macaroon, "readonly.macaroon", "2026-12-24"), (ExpiringKind.Certificate, address.GetLeftPart(UriPartial.Authority), "2027-01-02")],
            status.Expiring.Select(item => (item.Kind, item.Name, DateTimeOffset.FromUnixTimeMilliseconds(item.ExpiresAtMs).ToString("yyyy-MM-dd"))));
        Assert.Contains(status.NotKnown, value => value.What == "certificate of https://127.0.0.1:1");
        Assert.Contains(status.NotKnown, value => value.What == "macaroon none.macaroon");
    }

    [Fact]
    public async Task A_report_has_owner_ids_only_where_they_were_asked_for()
    {
        var bench = new ReconcileBench();
        await bench.Plane.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = "owner_secret", Active = true, Reason = "of owner_secret" }, CancellationToken.None);
        var status = await ReadAsync(bench);

        Assert.DoesNotContain("owner_secret", LightningOps.Json.ArtifactJson.Serialize(StatusReport.Create(status, withOwners: false)), StringComparison.Ordinal);
        Assert.Contains("owner_secret", LightningOps.Json.ArtifactJson.Serialize(StatusReport.Create(status, withOwners: true)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_has_no_address_of_an_upstream_and_no_query_string()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("aperture.yaml");
        await File.WriteAllTextAsync(file, "listenaddr: 127.0.0.1:9\nservices:\n  - name: website\n    hostregexp: '^w$'\n    pathregexp: '^/$'\n    address: vault.internal.example:9000\n    protocol: http\n    price: 5\n");
        using var gateway = new ApertureFileGateway(new ApertureFileGatewayOptions { Path = file, Http = TestHttp.Options, Probes = new() { BaseUrl = "http://127.0.0.1:9/?key=k3y" } });
        var bench = new ReconcileBench([SamplePaywalls.Paywall("p", SamplePaywalls.Route("r", "shop.example.com", "/p", upstream: "https://hidden.internal.example/?key=k3y"))]);

        var status = await new StatusReader(Sources(bench) with { Gateways = [gateway], AsksGateways = true, Addresses = [new Uri("https://127.0.0.1:9/health?key=k3y")] }, bench.Time).ReadAsync(CancellationToken.None);

        Assert.NotEqual(DriftStatus.InSync, status.Gateways.Single().Drift);
        Assert.NotEmpty(status.NotKnown);
        foreach (var withOwners in new[] { true, false })
        {
            Assert.DoesNotMatch("internal\\.example|k3y|\\?", LightningOps.Json.ArtifactJson.Serialize(StatusReport.Create(status, withOwners)));
        }
    }

    internal static StatusSources Sources(ReconcileBench bench) => new()
    {
        ControlPlane = bench.Plane,
        ControlPlaneName = "mock",
        Gateways = [bench.Gateway],
        Options = bench.Options,
    };

    internal static Task<L402Status> ReadAsync(ReconcileBench bench) => new StatusReader(Sources(bench), bench.Time).ReadAsync(CancellationToken.None);
}
