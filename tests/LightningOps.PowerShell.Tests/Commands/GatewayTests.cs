using System;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Net.Sockets;
using System.Threading.Tasks;
using LightningOps.PowerShell.Tests.Hosting;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

public sealed class GatewayTests : IDisposable
{
    // A service without an upstream; another gateway answers for it.
    private const string Free = "services:`n  - name: up`n    hostregexp: .*`n    address: 127.0.0.1:0`n    protocol: http`n    auth: 'off'`n";
    private const string Paywalls = "$s = @{ StorePath = 's.db' }; Get-LightningPaywall -Mode Mock | Import-LightningPaywall @s | Out-Null; ";
    private readonly ModuleSession session = new();

    public void Dispose() => session.Dispose();

    [Fact]
    public void A_gateway_runs_until_it_is_stopped()
    {
        var gateway = session.Run("Start-L402TestGateway -PassThru").Single();
        var port = (int)gateway.Properties["Port"].Value;
        Assert.True(TakesConnections(port));
        Assert.Equal(port, session.Run("(Get-L402TestGateway).Port").Single().BaseObject);

        Assert.Empty(session.Run("Stop-L402TestGateway").Errors);

        Assert.False(TakesConnections(port));
        Assert.Empty(session.Run("Get-L402TestGateway").Output);
    }

    [Theory]
    [InlineData("Remove-Module LightningOps")]
    [InlineData(null)]
    public void A_gateway_ends_with_the_module_and_with_the_session(string? script)
    {
        var other = new ModuleSession();
        var port = (int)other.Run("Start-L402TestGateway -PassThru").Single().Properties["Port"].Value;

        if (script is not null)
        {
            other.Run(script);
            Assert.False(TakesConnections(port));
        }

        other.Dispose();
        Assert.False(TakesConnections(port));
    }

    [Fact]
    public void Without_a_gateway_named_the_one_of_the_session_is_rolled_out_to_in_Local_mode()
    {
        session.Run("Start-L402TestGateway");

        var result = session.Run(Paywalls + "Sync-ApertureConfig -Mode Local @s 2>$null").Output.Single();

        // The vendors' upstreams do not exist, so everything succeeds except the paid request.
        Assert.StartsWith("loopback:http://127.0.0.1:", (string)result.Properties["Gateway"].Value, StringComparison.Ordinal);
        Assert.Equal("True True False", string.Join(' ', new[] { "HealthOk", "ChallengeOk", "ProxyOk" }.Select(name => result.Properties[name].Value)));
        Assert.Equal(1L, session.Run("(Get-L402TestGateway).Wallet.Payments -as [long]").Single().BaseObject);
    }

    [Fact]
    public void A_wallet_that_is_named_pays_for_the_check_and_what_it_bought_is_listed()
    {
        session.Run("Start-L402TestGateway");

        session.Run(Paywalls + "Sync-ApertureConfig -Mode Local @s -Payer simulated -CredentialStorePath c.db 2>$null").Output.Single();

        Assert.Equal("Paid probe of /", session.Run("Get-L402Credential -CredentialStorePath c.db | ForEach-Object { \"$($_.State) $($_.For.Scope)\" }").Text()[..15]);
        Assert.Equal(1L, session.Run("(Get-L402TestGateway).Wallet.Payments -as [long]").Single().BaseObject);
        Assert.StartsWith("Payer: ", session.Run("Sync-ApertureConfig -Mode Mock -Gateway memory -Payer mock -WhatIf").Error("ConfigError").Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_served_and_a_roll_out_to_it_is_served_at_once()
    {
        await using var up = new LoopbackServer(_ => Task.FromResult(Reply.Status(200)));
        session.Run("[IO.File]::WriteAllText(\"$PWD/aperture.yaml\", \"services: []`n\"); Start-L402TestGateway aperture.yaml -Upstream " + up.Url);

        var result = session.Run(Paywalls + "Sync-ApertureConfig -Mode Local @s -Gateway file:aperture.yaml -Force 2>$null").Output.Single();

        Assert.Equal(true, result.Properties["ChallengeOk"].Value);
        Assert.Equal("pw_news.route_news,pw_weather.route_weather", session.Run("(Get-L402TestGateway).Services.Name -join ','").Text());
        Assert.Contains("name: pw_news.route_news", File.ReadAllText(session.Folder.File("aperture.yaml")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_Staging_smoke_in_Local_mode_has_a_gateway_and_a_wallet_of_its_own()
    {
        var result = session.Run(Paywalls + "Invoke-L402Smoke Staging -Mode Local @s").Single();

        Assert.Equal("True True True True", string.Join(' ', new[] { "Ok", "HealthOk", "ChallengeOk", "ProxyOk" }.Select(name => result.Properties[name].Value)));
        Assert.Empty(session.Run("Get-L402TestGateway").Output);
    }

    [Theory]
    [InlineData("Start-L402TestGateway")]
    [InlineData("[IO.File]::WriteAllText(\"$PWD/aperture.yaml\", \"services: []`n\"); Start-L402TestGateway aperture.yaml")]
    public void What_the_gateway_has_sold_is_taken_into_the_books(string start)
    {
        session.Run(start);
        session.Run(Paywalls + "Sync-ApertureConfig -Mode Local @s 2>$null");

        var result = session.Run("Import-L402Settlement -Gateway loopback -Mode Local -StorePath s.db").Single();

        Assert.Equal(1L, result.Properties["InvoicesUpdated"].Value);
        Assert.Equal("pw_news settled", session.Run("Get-L402Invoice -Mode Local -StorePath s.db | ForEach-Object { $_.PaywallId + ' ' + \"$($_.Status)\".ToLowerInvariant() }").Text());
    }

    [Fact]
    public void A_compile_in_the_pipeline_is_served() =>
        Assert.Equal("2", session.Run("(Invoke-LightningCompile -Mode Mock | Start-L402TestGateway -PassThru).Services.Count.ToString()").Text());

    [Fact]
    public void WhatIf_starts_and_stops_nothing()
    {
        Assert.Empty(session.Run("Start-L402TestGateway -WhatIf").Output);
        Assert.Empty(session.Run("Get-L402TestGateway").Output);
        session.Run("Start-L402TestGateway; Stop-L402TestGateway -WhatIf");
        Assert.Single(session.Run("Get-L402TestGateway").Output);
    }

    [Theory]
    [InlineData("Start-L402TestGateway -ApertureYaml \"services: [{name: a, price: -1}]\"", "LoopbackConfigError", ErrorCategory.InvalidData)]
    [InlineData("Start-L402TestGateway -ApertureYaml ((\"" + Free + "\") + \"    dynamicprice: {enabled: true, grpcaddress: '127.0.0.1:1'}`n\")", "LoopbackConfigError", ErrorCategory.InvalidData)]
    [InlineData("Start-L402TestGateway nope.yaml", "FileNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("Start-L402TestGateway -Port (Start-L402TestGateway -PassThru).Port", "ConfigError", ErrorCategory.InvalidArgument)]
    [InlineData("Start-L402TestGateway -Upstream ftp://127.0.0.1", "ConfigError", ErrorCategory.InvalidArgument)]
    [InlineData("Stop-L402TestGateway", "ConfigError", ErrorCategory.InvalidArgument)]
    [InlineData("1..2 | ForEach-Object { Start-L402TestGateway }; Stop-L402TestGateway", "ConfigError", ErrorCategory.InvalidArgument)]
    [InlineData("Sync-ApertureConfig -Mode Local -StorePath s.db -Gateway loopback", "ConfigError", ErrorCategory.InvalidArgument)]
    public void A_failure_says_what_is_wrong(string script, string id, ErrorCategory category)
    {
        var error = session.Run(script).Error(id);

        Assert.Equal(category, error.CategoryInfo.Category);
        Assert.False(string.IsNullOrEmpty(error.ErrorDetails.RecommendedAction));
    }

    [Fact]
    public void The_service_that_cannot_be_served_is_the_target() =>
        Assert.Equal("up", session.Run("Start-L402TestGateway -ApertureYaml \"" + Free.Replace("auth: 'off'", "price: 5", StringComparison.Ordinal) + "    constraints: {'a=b': c}`n\"").Error("LoopbackConfigError").TargetObject);

    [Fact]
    public void What_is_read_at_a_terminal_is_whole()
    {
        session.Run("Start-L402TestGateway -ApertureYaml \"" + Free + "\"");

        var gateway = session.Show("Get-L402TestGateway");
        var services = session.Show("(Get-L402TestGateway).Services");

        Assert.Contains("no money moves", gateway, StringComparison.Ordinal);
        Assert.Contains("closed", services, StringComparison.Ordinal);
        Assert.All((gateway + services).Split('\n'), static line => Assert.True(line.Length <= 80, line));
        Assert.DoesNotContain('\u2026', gateway + services);
    }

    [Fact]
    public void A_gateway_that_serves_a_given_configuration_says_so()
    {
        Assert.Contains("the configuration given at its start", session.Show("Start-L402TestGateway -PassThru -ApertureYaml \"" + Free + "\""), StringComparison.Ordinal);
        Assert.Contains("nothing until a roll-out", session.Show("Start-L402TestGateway -PassThru"), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_of_several_gateways_is_paid_with_its_own_wallet()
    {
        const string Priced = "services:`n  - name: up`n    hostregexp: .*`n    address: 127.0.0.1:1`n    protocol: http`n    price: 3`n";
        session.Run("$one, $two = 1, 2 | ForEach-Object { Start-L402TestGateway -PassThru -ApertureYaml \"" + Priced + "\" }");

        session.Run("foreach ($g in $one, $two) { Invoke-L402WebRequest \"$($g.Url)/\" -MaxSpendMsats 3000 -CredentialStorePath c.db -ErrorAction SilentlyContinue }; $two.Url + '/' | Invoke-L402WebRequest -MaxSpendMsats 3000 -CredentialStorePath c.db -ErrorAction SilentlyContinue");

        Assert.Equal("1 1", session.Run("\"$($one.Wallet.Payments) $($two.Wallet.Payments)\"").Text());
        var error = session.Run("Test-L402Payer simulated").Error("ConfigError");
        Assert.Contains("2 loopback gateways run in this session", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Running_gateways_complete()
    {
        var url = (string)session.Run("(Start-L402TestGateway -PassThru).Url").Single().BaseObject;

        Assert.Equal(url, session.Run("(TabExpansion2 'Stop-L402TestGateway ht' 23).CompletionMatches.CompletionText").Text());
    }

    private static bool TakesConnections(int port)
    {
        using var client = new TcpClient();
        try
        {
            client.Connect("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
