using System;
using System.IO;
using System.Text.Json;
using System.Threading.Tasks;
using LightningOps.Tests.ControlPlane.Hosted;
using LightningOps.Tests.Gateway.ApertureAdmin;
using LightningOps.Tests.Gateway.Ops;
using LightningOps.Tests.Support;

namespace LightningOps.StandIns;

/// <summary>
/// Serves until its standard input ends: a hosted control plane with an ops gateway on one port, Aperture's admin API on
/// another. Its first line says where, as JSON; the folder it is given gets the admin macaroon and the certificate.
/// </summary>
internal static class Program
{
    private static async Task Main(string[] arguments)
    {
        var folder = Directory.CreateDirectory(arguments[0]).FullName;
        using var certificate = LoopbackCertificate.Create();
        var plane = new HostedStub(TimeProvider.System);
        var ops = new OpsPeer();
        var aperture = new StrictAperture();
        await using var site = new LoopbackServer(request => request.Target.StartsWith("/api/", StringComparison.Ordinal) ? plane.AnswerAsync(request) : ops.AnswerAsync(request));
        await using var admin = new LoopbackServer(aperture.AnswerAsync, certificate);
        await File.WriteAllBytesAsync(Path.Combine(folder, "admin.macaroon"), Convert.FromHexString(StrictAperture.Macaroon));
        await File.WriteAllTextAsync(Path.Combine(folder, "tls.cert"), certificate.ExportCertificatePem());

        Console.Out.WriteLine(JsonSerializer.Serialize(new { site = site.Url, admin = admin.Url }));
        await Console.In.ReadToEndAsync();
    }
}
