using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Security.Cryptography;
using System.Threading.Tasks;
using LightningOps.PowerShell.Tests.Hosting;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

/// <summary>What belongs to one gateway stays with it, and a gateway may have several endpoints.</summary>
public sealed class SeveralGatewaysTests : IAsyncDisposable
{
    private const string Paywalls = "Get-LightningPaywall -Mode Mock | Import-LightningPaywall -StorePath s.db | Out-Null; ";
    private const string Local = " -Mode Local -StorePath s.db ";
    private readonly ModuleSession session = new();
    private readonly LoopbackServer one = new(Answer);
    private readonly LoopbackServer two = new(Answer);

    public SeveralGatewaysTests()
    {
        File.WriteAllText(session.Folder.File("one.macaroon"), "0201036c6e64");
        File.WriteAllText(session.Folder.File("two.macaroon"), "0201036c6e65");
    }

    public async ValueTask DisposeAsync()
    {
        session.Dispose();
        await one.DisposeAsync();
        await two.DisposeAsync();
    }

    [Fact]
    public void Each_gateway_gets_its_own_macaroon_and_no_other()
    {
        session.Run(Paywalls + "Test-ApertureDrift" + Local + "-Gateway @{ Kind = 'admin'; Endpoint = $one; MacaroonPath = 'one.macaroon' }, @{ kind = 'admin'; endpoint = $two; macaroonpath = 'two.macaroon' }", ("one", one.Url), ("two", two.Url));

        Assert.Equal(["0201036c6e64"], Macaroons(one));
        Assert.Equal(["0201036c6e65"], Macaroons(two));
    }

    [Fact]
    public void The_endpoints_of_a_gateway_are_each_asked_and_are_one_gateway()
    {
        var drift = session.Run(Paywalls + "Test-ApertureDrift" + Local + "-AllowMissingFeatures -Gateway @{ Kind = 'admin'; Endpoint = $one, $two; MacaroonPath = 'one.macaroon' }", ("one", one.Url), ("two", two.Url)).Single();

        Assert.Equal("aperture:" + one.Url + "," + two.Url, drift.Properties["Gateway"].Value);
        Assert.Equal(1, drift.Properties["ExitCode"].Value);
        Assert.Equal(["0201036c6e64"], Macaroons(one));
        Assert.Equal(["0201036c6e64"], Macaroons(two));
    }

    [Theory]
    [InlineData("-MacaroonPath one.macaroon", "MacaroonPath")]
    [InlineData("-MacaroonPath one.macaroon -ChallengeUrl https://balancer.example", "MacaroonPath")]
    public void One_value_for_several_gateways_is_an_error_that_says_how_and_nothing_is_asked(string parameters, string field)
    {
        var error = session.Run(Paywalls + "Sync-ApertureConfig -Force" + Local + parameters + " -Gateway admin:$one, admin:$two", ("one", one.Url), ("two", two.Url)).Error("ConfigError");

        Assert.Equal((field, ErrorCategory.InvalidArgument), (error.TargetObject, error.CategoryInfo.Category));
        Assert.Contains("-Gateway @{ Kind = 'admin'", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Empty(one.Requests.Concat(two.Requests));
    }

    [Fact]
    public void One_address_of_a_balancer_for_several_endpoints_is_an_error_that_says_how()
    {
        var error = session.Run(Paywalls + "Sync-ApertureConfig -Force" + Local + "-ChallengeUrl https://balancer.example -Gateway @{ Kind = 'admin'; Endpoint = $one, $two; MacaroonPath = 'one.macaroon' }", ("one", one.Url), ("two", two.Url)).Error("ConfigError");

        Assert.Equal("ChallengeUrl", error.TargetObject);
        Assert.Contains("Leave -ChallengeUrl out", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void A_close_closes_what_the_value_fits_and_names_the_others_as_not_closed()
    {
        var file = session.WithoutServices();

        var outcome = session.Run(
            Paywalls + "Start-L402TestGateway aperture.yaml; Sync-ApertureConfig -Force" + Local + "-Gateway file:aperture.yaml 2>$null | Out-Null; "
            + "Set-L402GlobalPause -Active -Sync -Force" + Local + "-MacaroonPath one.macaroon -Gateway admin:$one, file:aperture.yaml, admin:$two; Stop-L402TestGateway",
            ("one", one.Url),
            ("two", two.Url));

        Assert.DoesNotContain("auth: \"on\"", File.ReadAllText(file), StringComparison.Ordinal);
        Assert.Empty(one.Requests.Concat(two.Requests));
        Assert.Equal(
            ["admin:" + one.Url, "admin:" + two.Url],
            outcome.Errors.Where(error => error.FullyQualifiedErrorId.StartsWith("GatewayNotClosed,", StringComparison.Ordinal) && error.Exception.Message.Contains("NOT CLOSED", StringComparison.Ordinal)).Select(error => error.Exception.Message.Split(' ').First(word => word.StartsWith("admin:", StringComparison.Ordinal))));
        Assert.Equal(false, Assert.Single(outcome.Output).Properties["Ok"].Value);
    }

    [UnixFact]
    public void Each_gateway_is_taken_down_by_its_own_stop_command_and_one_without_is_not()
    {
        var names = new[] { "a", "b", "c" };
        foreach (var name in names)
        {
            session.WithoutServices(name + ".yaml");
        }

        var outcome = session.Run(
            Paywalls + "$own = { param($n) @{ Kind = 'file'; Path = \"$n.yaml\"; StopCommand = '/bin/sh', '-c', \"echo $n >> '$PWD/stopped'\" } }; "
            + "Sync-ApertureConfig -Force" + Local + "-Gateway file:a.yaml, file:b.yaml, file:c.yaml 3>$null | Out-Null; "
            + "Set-L402GlobalPause -Active -Sync -Force" + Local + "-StopIfUnconfirmed -CloseTimeoutSeconds 0 -Gateway (& $own a), file:b.yaml, (& $own c)");

        Assert.Equal(["a", "c"], File.ReadAllLines(session.Folder.File("stopped")));
        var takenDown = (System.Collections.IEnumerable)Assert.Single(outcome.Output).Properties["TakenDown"].Value;
        Assert.Equal(2, takenDown.Cast<object>().Count());
    }

    [UnixFact]
    public void One_stop_command_for_several_gateways_is_an_error_that_says_how_and_nothing_is_set()
    {
        session.WithoutServices("a.yaml");
        session.WithoutServices("b.yaml");

        var error = session.Run(Paywalls + "Set-L402GlobalPause -Active -Sync -Force" + Local + "-StopCommand /bin/false -Gateway file:a.yaml, file:b.yaml").Error("ConfigError");

        Assert.Equal("StopCommand", error.TargetObject);
        Assert.Contains("StopCommand = ", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal("False", session.Run("(Get-L402SecurityState" + Local + ").Global.GlobalPause").Text());
    }

    [Fact]
    public void A_stop_command_of_a_gateway_that_is_no_absolute_path_is_found_before_anything_is_set()
    {
        session.WithoutServices();

        Assert.Equal("StopCommand", session.Run(Paywalls + "Set-L402GlobalPause -Active -Sync -Force" + Local + "-Gateway @{ Kind = 'file'; Path = 'aperture.yaml'; StopCommand = 'systemctl', 'stop' }").Error("ConfigError").TargetObject);
    }

    [UnixFact]
    public void A_gateway_whose_stop_program_is_missing_is_closed_with_a_warning()
    {
        session.WithoutServices();

        var outcome = session.Run(
            Paywalls + "Invoke-LightningCompile" + Local + "| Export-ApertureConfig aperture.yaml -BaseConfig aperture.yaml; "
            + "Set-L402GlobalPause -Active -Sync -Force" + Local + "-StopIfUnconfirmed -CloseTimeoutSeconds 0 -Gateway @{ Kind = 'file'; Path = 'aperture.yaml'; StopCommand = '/no/such/program', 'stop' }");

        Assert.Contains(outcome.Warnings, static warning => warning.Contains("/no/such/program does not exist", StringComparison.Ordinal));
        Assert.Equal("True", session.Run("(Get-L402SecurityState" + Local + ").Global.GlobalPause").Text());
        Assert.Contains("address: 127.0.0.1:0", File.ReadAllText(session.Folder.File("aperture.yaml")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@{ Endpoint = 'https://a' }", "Kind")]
    [InlineData("@{ Kind = 'file' }", "the hashtable has no Path")]
    [InlineData("@{ Kind = 'admin'; Endpoint = 'https://a'; MacaroonPat = 'm' }", "MacaroonPath")]
    [InlineData("@{ Kind = 'file'; Path = 'a.yaml'; KeepVersions = 'many' }", "KeepVersions")]
    [InlineData("@{ Kind = 'file'; Path = 'a.yaml'; AllowHangup = 'yes' }", "AllowHangup")]
    [InlineData("@{ Kind = 'admin'; Endpoint = 'https://a', 'https://a'; MacaroonPath = 'one.macaroon' }", "endpoint")]
    public void A_hashtable_that_cannot_be_used_says_why(string hashtable, string named)
    {
        var error = session.Run(Paywalls + "Test-ApertureDrift" + Local + "-Gateway " + hashtable).Error("ConfigError");

        Assert.Contains(named, error.Exception.Message + error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_default_certificate_of_an_Aperture_behind_a_file_is_accepted_by_fingerprint_and_file_and_named_where_it_is_not()
    {
        using var certificate = LoopbackCertificate.Make();
        await using var tls = new LoopbackServer(_ => Task.FromResult(Reply.Status(200)), certificate);
        var seen = Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));
        session.WithoutServices();
        File.WriteAllText(session.Folder.File("tls.cert"), certificate.ExportCertificatePem());
        const string sync = "Sync-ApertureConfig -Mode Mock -Force -Gateway file:aperture.yaml -HealthUrl $url ";

        var refused = session.Run(sync, ("url", tls.Url));
        var fingerprint = session.Run(sync + "-CertificateFingerprint " + seen);
        var file = session.Run(sync + "-TlsCertificatePath tls.cert");

        Assert.Contains("SHA-256 " + seen, refused.Errors.Single().Exception.Message, StringComparison.Ordinal);
        Assert.Contains("-CertificateFingerprint", refused.Errors.Single().ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal((true, true), ((bool)fingerprint.Single().Properties["HealthOk"].Value, (bool)file.Single().Properties["HealthOk"].Value));
    }

    private static IEnumerable<string> Macaroons(LoopbackServer server) => server.Requests.Select(request => request.Headers["grpc-metadata-macaroon"]).Distinct();

    private static Task<Reply> Answer(RecordedRequest request) => Task.FromResult(request.Method == "GET" ? Reply.Json("{\"services\":[]}") : Reply.Status(500));
}
