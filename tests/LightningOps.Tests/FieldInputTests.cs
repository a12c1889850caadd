using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.ControlPlane.Mock;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureFile;
using LightningOps.L402.Challenges;
using LightningOps.Leases;
using LightningOps.Payments;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Reconcile.Outbox;
using LightningOps.Tests.Gateway.Loopback;
using LightningOps.Tests.Http;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;

namespace LightningOps.Tests;

/// <summary>What operators and buyers met, each with what is right.</summary>
public sealed class FieldInputTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryFolder folder = new();
    private readonly List<Paywall> paywalls = [Selling("/a", 5000), Selling("/b", 3000)];
    private readonly MockControlPlane plane;
    private int request;

    public FieldInputTests() => plane = new MockControlPlane(TimeProvider.System, paywalls);

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("# {0}\n")]
    [InlineData("\n")]
    public async Task A_comment_or_a_blank_line_in_a_served_file_is_no_drift(string line)
    {
        // The comment of the file as it was found.
        var comment = Regex.Match(Text("05-comment-only-drift.yaml"), "price: 250 # (.*)").Groups[1].Value;
        Assert.NotEmpty(comment);
        await using var server = new LoopbackServer(_ => Task.FromResult(Reply.Status(404)));
        var path = folder.File("aperture.yaml");
        await File.WriteAllTextAsync(path, "listenaddr: \"" + new Uri(server.Url).Authority + "\"\nservices: []\n");
        Assert.True((await RunAsync(path, null)).Ok);
        var written = await File.ReadAllTextAsync(path);
        var edited = Regex.Replace(written, "(    price: 5)\n", "$1 " + string.Format(System.Globalization.CultureInfo.InvariantCulture, line, comment));
        Assert.NotEqual(written, edited);
        await File.WriteAllTextAsync(path, edited);

        using var gateway = Open(path);
        var drift = await new DriftCheck(plane, gateway).RunAsync(new ReconcileOptions { RequestId = "drift" }, None);

        Assert.NotEqual(DriftStatus.InDrift, drift.Status);
        Assert.Empty(drift.Plan!.Changes);
        Assert.True((await RunAsync(path, null)).Ok);
        Assert.Equal(edited, await File.ReadAllTextAsync(path));
    }

    [MountFact]
    public async Task A_gateway_whose_file_is_a_mount_point_is_rolled_out_and_closed_in_place()
    {
        // 07-bind-mount-ebusy.sh, with the commands of its comments.
        Assert.Contains("mount --bind \"$PWD/host/aperture.yaml\" \"$PWD/ct/aperture.yaml\"", Text("07-bind-mount-ebusy.sh"), StringComparison.Ordinal);
        await using var server = new LoopbackServer(_ => Task.FromResult(Reply.Status(404)));
        Directory.CreateDirectory(folder.File("host"));
        Directory.CreateDirectory(folder.File("ct"));
        var host = folder.File("host", "aperture.yaml");
        var container = folder.File("ct", "aperture.yaml");
        await File.WriteAllTextAsync(host, "listenaddr: \"" + new Uri(server.Url).Authority + "\"\nservices: []\n");
        await File.WriteAllTextAsync(container, string.Empty);
        using (Mount.File(host, container))
        {
            var rolledOut = await RunAsync(container, null);
            Assert.True(rolledOut.Ok, rolledOut.FailureReason);
            Assert.Equal(2, LiveFile.Read(host).Services.Count(static service => service.Sells));

            await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
            var paused = await RunAsync(container, new SwitchScope { Stops = true });

            Assert.True(paused.DenialHolds, paused.FailureReason);
            Assert.All(LiveFile.Read(host).Services, static service => Assert.True(service.IsClosed));
        }

        Assert.All(LiveFile.Read(host).Services, static service => Assert.True(service.IsClosed));
    }

    [Fact]
    public async Task An_invoice_as_an_address_of_a_wallet_is_paid_like_the_bare_one()
    {
        using var bench = new LoopbackBench(LoopbackBench.Selling());
        var real = await bench.ChallengeAsync();
        var header = Regex.Match(Text("11-invoice-as-lightning-uri.http"), "WWW-Authenticate: (.*)").Groups[1].Value.Trim();
        header = Regex.Replace(Regex.Replace(header, "macaroon=\"[^\"]*\"", "macaroon=\"" + real.Macaroon + "\""), "lightning:[^\"]*", "lightning:" + real.Invoice);

        var challenge = L402Challenge.Parse(header);
        var paid = await bench.PayAsync(challenge);
        using var answer = await bench.SendAsync("/a", L402Authorization.Create(challenge.Macaroon, paid.Preimage!).ToHeaderValue());

        Assert.Equal((real.Invoice, real.Amount, PaymentState.Paid, HttpStatusCode.OK), (challenge.Invoice, challenge.Amount, paid.State, answer.StatusCode));
    }

    [Fact]
    public async Task A_negated_class_takes_a_line_feed_as_in_Go()
    {
        // Where it listens is the test's own; its network is of an Aperture.
        var services = Regex.Match(Text("13-negated-class-newline.yaml"), "services:\n(.|\n)*").Value.Replace("127.0.0.1:9100", "UPSTREAM", StringComparison.Ordinal);
        using var bench = new LoopbackBench(services);

        using var answer = await bench.SendAsync("/p24/%0A");
        using var letter = await bench.SendAsync("/p24/a");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (answer.StatusCode, letter.StatusCode));
    }

    private static string Text(string file) => Encoding.UTF8.GetString(Vectors.Bytes("findings/" + file));

    private async Task<ReconcileResult> RunAsync(string path, SwitchScope? scope)
    {
        using var gateway = Open(path);
        return await new Reconciler(plane, gateway, TimeProvider.System, new MemoryLeases(), new MemoryOutbox()).RunAsync(new ReconcileOptions { RequestId = "field:" + ++request, Switch = scope }, None);
    }

    private static ApertureFileGateway Open(string path) => new(new ApertureFileGatewayOptions { Path = path, Http = TestHttp.Options, Reload = new LoadedAtOnce() });

    private sealed class LoadedAtOnce : IConfigReload
    {
        public bool ConfirmsLoad => true;

        public Task<string?> RunAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);
    }
}
