using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.Records;
using LightningOps.Settings;
using LightningOps.Tests.Gateway.ApertureAdmin;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Http;

public sealed class CertificatePinTests : IAsyncLifetime
{
    private readonly X509Certificate2 certificate = LoopbackCertificate.Make();
    private readonly TemporaryFolder folder = new();
    private readonly LoopbackServer server;

    public CertificatePinTests() => server = new LoopbackServer(new StrictAperture().AnswerAsync, certificate);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        folder.Dispose();
        certificate.Dispose();
    }

    [Fact]
    public async Task The_certificate_of_a_file_is_trusted()
    {
        await File.WriteAllTextAsync(folder.File("tls.cert"), certificate.ExportCertificatePem());

        Assert.Null(await FailureAsync(options => options with { CertificatePath = folder.File("tls.cert") }));
    }

    [Fact]
    public async Task The_certificate_of_a_fingerprint_is_trusted()
    {
        var fingerprint = Convert.ToHexString(SHA256.HashData(certificate.RawData));

        Assert.Null(await FailureAsync(options => options with { CertificateFingerprint = string.Join(":", fingerprint.Chunk(2).Select(pair => new string(pair))) }));
    }

    [Fact]
    public async Task Another_certificate_is_refused_before_the_macaroon_is_sent()
    {
        var pinned = await FailureAsync(options => options with { CertificateFingerprint = new string('0', 64) });
        var system = await FailureAsync(options => options);

        var refused = "connection_failed:tls_refused: its certificate is not trusted, SHA-256 " + Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));
        Assert.Equal((refused, refused), (pinned, system));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_macaroon_file_is_sent_in_hex()
    {
        await File.WriteAllBytesAsync(folder.File("admin.macaroon"), Convert.FromHexString(StrictAperture.Macaroon));

        Assert.Null(await FailureAsync(options => options with
        {
            CertificateFingerprint = Convert.ToHexString(SHA256.HashData(certificate.RawData)),
            Macaroon = null,
            MacaroonPath = folder.File("admin.macaroon"),
        }));
    }

    [Fact]
    public void A_pin_that_cannot_be_read_is_said_at_once()
    {
        Assert.Throws<ConfigException>(() => Open(options => options with { CertificateFingerprint = "abc" }));
        Assert.Throws<ConfigException>(() => Open(options => options with { CertificatePath = folder.File("none") }));
    }

    private async Task<string?> FailureAsync(Func<ApertureAdminGatewayOptions, ApertureAdminGatewayOptions> change)
    {
        using var gateway = Open(change);
        return (await Record.ExceptionAsync(() => gateway.ReadStateAsync(CancellationToken.None)) as GatewayException)?.Reason;
    }

    private ApertureAdminGateway Open(Func<ApertureAdminGatewayOptions, ApertureAdminGatewayOptions> change) => new(change(new ApertureAdminGatewayOptions
    {
        BaseUrl = server.Url,
        Macaroon = OperatorSecret.From(StrictAperture.Macaroon),
        Records = new FileGatewayRecords(folder.File("records")),
        Http = TestHttp.Options with { Tries = 1 },
    }));
}
