using System;
using System.IO;
using System.Text.Json;
using System.Threading.Tasks;
using LightningOps.Gateway.Loopback;
using LightningOps.Tests.ControlPlane.Hosted;
using LightningOps.Tests.Gateway.ApertureAdmin;
using LightningOps.Tests.Gateway.Ops;
using LightningOps.Tests.Support;

namespace LightningOps.StandIns;

/// <summary>
/// Serves until its standard input ends: a hosted control plane with an ops gateway and a webhook on one port, Aperture's
/// admin API on another, a shop that sells on a third, a wallet that pays it on a fourth, what listens for an Aperture with a file on a fifth. Its first line says where, as JSON; the folder it is given gets the admin macaroon and the certificate.
/// </summary>
internal static class Program
{
    private const string Shop = """
        services:
          - name: premium
            hostregexp: '.*'
            pathregexp: '^/premium(/.*)?$'
            address: localhost:1
            protocol: http
            auth: "on"
            price: 3
          - name: dear
            hostregexp: '.*'
            pathregexp: '^/dear$'
            address: localhost:1
            protocol: http
            auth: "on"
            price: 5000
          - name: free
            hostregexp: '.*'
            pathregexp: '^/free$'
            address: localhost:1
            protocol: http
            auth: "off"
        """;

    private static async Task Main(string[] arguments)
    {
        var folder = Directory.CreateDirectory(arguments[0]).FullName;
        using var certificate = LoopbackCertificate.Create();
        var plane = new HostedStub(TimeProvider.System);
        var ops = new OpsPeer();
        var aperture = new StrictAperture();
        var hooks = new HookFile(Path.Combine(folder, "hooks.jsonl"));
        await using var site = new LoopbackServer(request =>
            request.Target.StartsWith("/api/", StringComparison.Ordinal) ? plane.AnswerAsync(request)
            : request.Target.StartsWith("/hook", StringComparison.Ordinal) ? hooks.AnswerAsync(request)
            : ops.AnswerAsync(request));
        await using var admin = new LoopbackServer(
            request => request.Target.StartsWith("/api/admin/transactions", StringComparison.Ordinal)
                ? Task.FromResult(Reply.Json("{\"transactions\":[]}"))
                : aperture.AnswerAsync(request),
            certificate);
        using var upstream = EchoUpstream.Start();
        using var shop = LoopbackGateway.Start(new LoopbackGatewayOptions { ApertureYaml = Shop, Upstream = upstream.Url });
        await using var wallet = new LoopbackServer(new WalletPeer(shop.Wallet).AnswerAsync);
        await using var listener = new RestartedListener(Path.Combine(folder, "restart"));
        await File.WriteAllBytesAsync(Path.Combine(folder, "admin.macaroon"), Convert.FromHexString(StrictAperture.Macaroon));
        await File.WriteAllTextAsync(Path.Combine(folder, "tls.cert"), certificate.ExportCertificatePem());

        Console.Out.WriteLine(JsonSerializer.Serialize(new { site = site.Url, admin = admin.Url, shop = shop.Url, wallet = wallet.Url, upstream = upstream.Url, aperture = listener.Address }));
        await Console.In.ReadToEndAsync();
    }
}
