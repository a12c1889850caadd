using System;
using System.IO;
using System.Threading.Tasks;
using LightningOps.PowerShell.Tests.Hosting;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

/// <summary>The first day with a file that somebody wrote by hand, and the mistakes of somebody who has only the page.</summary>
public sealed class NewOperatorTests : IAsyncDisposable
{
    private const string Store = "-Mode Local -StorePath s.db ";
    private const string At = "-Gateway file:aperture.yaml ";
    private const string Written = """
        # written by hand
        listenaddr: "localhost:8081"
        authenticator:
          disable: true
        services:
          # since spring
          - name: quotes
            hostregexp: '^quotes\.example$'
            pathregexp: '^/quotes/.*$'   # everything below
            address: "127.0.0.1:9100"
            protocol: http
            price: 5
          - name: photos
            hostregexp: '^photos\.example$'
            pathregexp: '^/.*$'
            address: "127.0.0.1:9100"
            protocol: http
            price: 12

        """;

    private readonly ModuleSession session = new();
    private readonly LoopbackServer up = new(_ => Task.FromResult(Reply.Status(200)));

    private string Served => File.ReadAllText(session.Folder.File("aperture.yaml"));

    private string Health => "-HealthUrl " + up.Url + " ";

    public async ValueTask DisposeAsync()
    {
        session.Dispose();
        await up.DisposeAsync();
    }

    /// <summary>A catch-all matches the paths of the admin API, which a file without it does not reserve; one that is served already stays.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("admin:\n  enabled: true\n  macaroonpath: ./admin.macaroon\ndbbackend: sqlite\nsqlite:\n  databasefilename: ./a.db\n")]
    public void A_service_of_every_path_is_adopted_and_the_first_plan_is_empty(string admin)
    {
        var written = Adopt(admin);

        var plan = session.Run("$plan = New-L402Plan " + Store + At + "; \"$($plan.Changes.Count) changes, refused: $($plan.IsRefused)\"");

        Assert.Empty(plan.Errors);
        Assert.Equal("0 changes, refused: False", plan.Text());
        Assert.Equal(written, Served);
    }

    [Fact]
    public void A_host_is_sold_whole_at_a_file_without_the_admin_api()
    {
        Adopt(string.Empty);
        Assert.Empty(session.Run("New-LightningPaywall shop.example.com /* http://127.0.0.1:9100 -PriceSats 3 -OwnerId owner_me " + Store).Errors);

        Assert.Empty(session.Run("Sync-ApertureConfig -Force " + Health + Store + At).Errors);

        Assert.StartsWith(Written, Served, StringComparison.Ordinal);
        var refused = session.Run("(Invoke-LightningCompile " + Store + " 2>$null).Diagnostics | Where-Object Severity -eq Error | ForEach-Object Message").Text();
        Assert.Contains("-NoAdminApi", refused, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_pause_closed_has_its_text_back_although_the_paywalls_do_not_compile()
    {
        Adopt(string.Empty);
        Break();
        session.Run("Set-L402GlobalPause -Active -Sync -Force " + Health + Store + At);
        Assert.Equal(2, Served.Split("127.0.0.1:0").Length - 1);

        session.Run("Set-L402GlobalPause -Inactive -Sync -Force " + Health + Store + At);

        Assert.Equal(Written, Served);
    }

    [Fact]
    public void What_a_kill_switch_still_denies_stays_closed_when_the_pause_is_lifted()
    {
        Adopt(string.Empty);
        Break();
        session.Run("Set-L402GlobalPause -Active -Sync -Force " + Health + Store + At);
        session.Run("Set-L402OwnerKillSwitch owner_me -Active -Force " + Store);

        session.Run("Set-L402GlobalPause -Inactive -Sync -Force " + Health + Store + At);

        Assert.Equal(2, Served.Split("127.0.0.1:0").Length - 1);
    }

    [Theory]
    [InlineData("1.5")]
    [InlineData("'1.000'")]
    [InlineData("'1,000'")]
    [InlineData("5sat")]
    [InlineData("([decimal] 2.5)")]
    public void A_price_that_is_not_a_whole_number_is_refused_and_not_rounded(string price)
    {
        var outcome = session.Run("New-LightningPaywall shop.example.com /weather/* http://127.0.0.1:9100 -OwnerId owner_me " + Store + "-PriceSats " + price);

        Assert.Contains("is not a whole number", Assert.Single(outcome.Errors).ToString(), StringComparison.Ordinal);
        Assert.False(File.Exists(session.Folder.File("s.db")));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("'5'")]
    [InlineData("5.0")]
    [InlineData("0x5")]
    public void A_whole_number_is_a_price_however_it_is_written(string price) =>
        Assert.Equal("5", session.Run("(New-LightningPaywall shop.example.com /weather/* http://127.0.0.1:9100 -OwnerId owner_me " + Store + "-PriceSats " + price + ").Policy.FixedAmountSats").Text());

    [Theory]
    [InlineData("https://shop.example.com /weather/* http://127.0.0.1:9100 -PriceSats 5", "HostPattern", "write shop.example.com")]
    [InlineData("shop.example.com/weather /weather/* http://127.0.0.1:9100 -PriceSats 5", "HostPattern", "write shop.example.com")]
    [InlineData("shop.example.com /weather/* 127.0.0.1:9100 -PriceSats 5", "UpstreamUrl", "begin it with http:// or https://")]
    [InlineData("shop.example.com /weather/* http://127.0.0.1:9100 -PriceSats 0", "PriceMsats", "-PriceSats")]
    public void A_mistake_is_named_with_what_to_write(string arguments, string member, string said)
    {
        var error = Assert.Single(session.Run("New-LightningPaywall " + arguments + " -OwnerId owner_me " + Store).Errors);

        Assert.Contains(member + ": ", error.ToString(), StringComparison.Ordinal);
        Assert.Contains(said, error.ToString(), StringComparison.Ordinal);
    }

    private string Adopt(string admin)
    {
        var written = admin + Written;
        File.WriteAllText(session.Folder.File("aperture.yaml"), written);
        Assert.Empty(session.Run("Import-LightningPaywall -FromGateway file:aperture.yaml -OwnerId owner_me " + Store).Errors);
        return written;
    }

    private void Break()
    {
        session.Run("Export-LightningPaywall all.json " + Store);
        var text = File.ReadAllText(session.Folder.File("all.json"));
        var broken = text.Replace("re2:^/quotes/.*$", "/quotes/{id}", StringComparison.Ordinal);
        Assert.NotEqual(text, broken);
        File.WriteAllText(session.Folder.File("all.json"), broken);
        Assert.Empty(session.Run("Import-LightningPaywall all.json -Force -StorePath s.db").Errors);
    }
}
