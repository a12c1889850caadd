using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.Paywalls;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Compile;

/// <summary>The same snapshot gives the same bytes under every culture, with and without ICU, and from any checkout.</summary>
public sealed class SameBytesTests
{
    [Theory]
    [InlineData("tr-TR", false)]
    [InlineData("ar-SA", false)]
    [InlineData("invariant", true)]
    public async Task Culture_and_globalization_change_nothing(string culture, bool invariantGlobalization)
    {
        using var folder = new TemporaryFolder();
        var snapshot = folder.File("snapshot.json");
        File.WriteAllText(snapshot, PaywallSnapshot.Write(Snapshot()));

        Assert.True(PaywallCompiler.Compile(Snapshot(), new CompileOptions { GatewayHasAdminApi = false }).Valid);
        var here = Hashes(Snapshot());
        using var process = StartedProcess.Start(
            ["compile-hashes", culture, snapshot],
            new Dictionary<string, string> { ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = invariantGlobalization ? "1" : "0" });

        Assert.Equal(here, await process.ReadLineAsync());
    }

    [Fact]
    public void Windows_checkout_of_a_snapshot_changes_nothing()
    {
        var text = Encoding.UTF8.GetString(Vectors.Bytes("snapshots/hosted-laravel.json")).Replace("\r\n", "\n");
        var windows = "\uFEFF" + text.Replace("\n", "\r\n");

        Assert.Equal(
            Hashes(PaywallSnapshot.Read(Encoding.UTF8.GetBytes(text), "unix")),
            Hashes(PaywallSnapshot.Read(Encoding.UTF8.GetBytes(windows), "windows")));
    }

    [Fact]
    public void Artifact_has_no_carriage_return_and_ends_its_last_line()
    {
        var yaml = PaywallCompiler.Compile(Snapshot(), new CompileOptions { GatewayHasAdminApi = false }).ApertureYaml!;

        Assert.DoesNotContain('\r', yaml);
        Assert.EndsWith("\n", yaml, System.StringComparison.Ordinal);
    }

    private static string Hashes(IReadOnlyList<Paywall> paywalls)
    {
        var aperture = PaywallCompiler.Compile(paywalls, new CompileOptions { GatewayHasAdminApi = false });
        var document = PaywallCompiler.Compile(paywalls, new CompileOptions { Format = ArtifactFormat.RouteDocument });
        return string.Format(CultureInfo.InvariantCulture, "{0} {1} {2}", aperture.ConfigHash, document.ConfigHash, document.SnapshotHash);
    }

    // Names whose case and order differ between cultures: dotless i, sharp s, ligatures, digits beyond ASCII.
    private static IReadOnlyList<Paywall> Snapshot() =>
    [
        SamplePaywalls.Priced(
            "PAYWALL_İI",
            1_234_567,
            SamplePaywalls.Route("ROUTE_I", "INFO.Example.COM", "/INDEX"),
            SamplePaywalls.Route("route_s_ß", "straße.example", "/ß/æ"),
            SamplePaywalls.Route("route_3_٣", "i.example.com", "/i/٣", priority: -7)),
    ];
}
