using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using LightningOps.PowerShell.Tests.Hosting;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

/// <summary>What gateways serve, Aperture's own operations, and adoption at the prompt.</summary>
public sealed class ApertureOperationsTests : IAsyncDisposable
{
    private const string Absent = "ff";
    private static readonly string Token = new('a', 64);
    private static readonly string Foreign = new('b', 64);
    private static readonly string Hash = new('1', 64);
    private readonly ModuleSession session = new();
    private readonly List<string> revoked = [];
    private int hidden;
    private readonly LoopbackServer aperture;
    private readonly string gateway;

    public ApertureOperationsTests()
    {
        aperture = new LoopbackServer(Answer);
        session.Folder.WriteSecret("admin.macaroon", [2, 1, 3]);
        gateway = " -Gateway admin:" + aperture.Url + " -MacaroonPath admin.macaroon ";
        session.Run("Connect-LightningOps Local -StorePath s.db; Import-LightningPaywall $paywalls | Out-Null", ("paywalls", Places.Vector("smoke/paywalls.json")));
    }

    public async ValueTask DisposeAsync()
    {
        session.Dispose();
        await aperture.DisposeAsync();
    }

    [Fact]
    public void An_Aperture_is_asked_for_its_health_transactions_tokens_and_statistics()
    {
        Assert.Equal("True simnet", session.Run("Get-ApertureInfo" + gateway + "| ForEach-Object { \"$($_.IsHealthy) $($_.Network)\" }").Text());
        Assert.Equal("Pending,Settled,Settled", session.Run("(Get-ApertureTransaction" + gateway + ").State -join ','").Text());
        Assert.Equal("1", session.Run("\"$(@(Get-ApertureTransaction -State Pending" + gateway + ").Count)\"").Text());
        Assert.Equal(Token, session.Run("(Get-ApertureToken -ServiceName pw_weather.*" + gateway + ").TokenId").Text());
        Assert.Equal("TokenNotFound", session.Run("Get-ApertureToken -TokenId ff" + gateway).Errors.Single().FullyQualifiedErrorId.Split(',')[0]);
        Assert.Equal("9 pw_weather.route_weather: 9 sat", session.Run("Get-ApertureStatistic" + gateway + "| ForEach-Object { \"$($_.RevenueSats) $($_.Services)\" }").Text());
    }

    [Fact]
    public void A_request_is_resolved_by_what_the_admin_API_lists_and_the_rest_is_said_to_be_not_known()
    {
        var outcome = session.Run("Resolve-L402Route https://any.example/s" + gateway);

        Assert.Equal(("s1", 4L), (outcome.Single().Properties["Service"].Value, outcome.Single().Properties["PriceSats"].Value));
        Assert.Contains("lifetimes and rewrites of 1 service are not known", Assert.Single(outcome.Warnings), StringComparison.Ordinal);
        var shown = session.Show("Resolve-L402Route https://any.example/s" + gateway + "3>$null | Format-List");
        Assert.Matches(@"Limits\s+: not known", shown);
        Assert.Matches(@"LifetimeSeconds\s+: not known", shown);
        Assert.Contains("(path not known)", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_is_revoked_after_its_settlement_is_in_the_books()
    {
        Assert.Empty(session.Run("Revoke-ApertureToken -TokenId " + Token + gateway + "-WhatIf").Errors);
        Assert.Empty(revoked);

        var outcome = session.Run("Get-ApertureToken -ServiceName pw_weather.*" + gateway + "| Revoke-ApertureToken -Force" + gateway);

        Assert.Empty(outcome.Errors);
        Assert.Equal([Token], revoked);
        Assert.Equal(Hash, session.Run("(Get-L402Settlement -PaymentHash " + Hash + ").PaymentHash").Text());
    }

    [Fact]
    public void A_token_whose_settlement_cannot_be_booked_is_not_revoked_until_that_is_allowed()
    {
        session.Run("Revoke-ApertureToken -Force -TokenId " + Foreign + gateway).Error("TokenNotBooked");
        Assert.Empty(revoked);

        Assert.Empty(session.Run("Revoke-ApertureToken -Force -AllowLoss -TokenId " + Foreign + gateway).Errors);
        Assert.Equal([Foreign], revoked);
        session.Run("Revoke-ApertureToken -Force -TokenId ff" + gateway).Error("TokenNotFound");
    }

    [Fact]
    public void A_token_of_two_endpoints_that_share_a_database_is_revoked_once_and_no_error()
    {
        var two = " -Gateway @{ Kind = 'admin'; Endpoint = '" + aperture.Url + "', '" + aperture.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal) + "'; MacaroonPath = 'admin.macaroon' } ";

        Assert.Empty(session.Run("Revoke-ApertureToken -Force -TokenId " + Token.ToUpperInvariant() + two).Errors);
        Assert.Equal([Token], revoked);
        Assert.Empty(session.Run("Get-ApertureToken -TokenId " + Foreign.ToUpperInvariant() + gateway).Errors);
    }

    [Theory]
    [InlineData("Get-ApertureTransaction", "transactions")]
    [InlineData("Get-ApertureToken", "tokens")]
    [InlineData("Revoke-ApertureToken -Force -TokenId " + Absent, "tokens")]
    public void A_list_shorter_than_the_Aperture_counts_is_a_warning(string cmdlet, string items)
    {
        hidden = 5;

        Assert.Contains(" counts 5 " + items + " more than it lists, so the list is not complete.", Assert.Single(session.Run(cmdlet + gateway).Warnings), StringComparison.Ordinal);
        hidden = 0;
        Assert.Empty(session.Run(cmdlet + gateway).Warnings);
    }

    [Fact]
    public void A_revocation_asks_first()
    {
        session.Screen.Answer = 2;

        session.Run("Revoke-ApertureToken -TokenId " + Token + gateway);

        Assert.Contains("Import the settlements of aperture:", session.Screen.Text, StringComparison.Ordinal);
        Assert.Empty(revoked);
    }

    [Theory]
    [InlineData("Get-ApertureInfo")]
    [InlineData("Get-ApertureToken")]
    [InlineData("Get-ApertureTransaction")]
    [InlineData("Get-ApertureStatistic")]
    [InlineData("Revoke-ApertureToken -TokenId aa -Force")]
    public void A_gateway_without_an_admin_api_is_an_error(string cmdlet) =>
        session.Run(cmdlet + " -Gateway memory -Mode Mock").Error("ConfigError");

    [Fact]
    public void What_a_gateway_serves_is_shown_as_objects()
    {
        session.WithForeignService();

        Assert.Equal("old Selling 5 no file", session.Run("Get-L402GatewayService file:aperture.yaml -WarningAction SilentlyContinue | ForEach-Object { \"$($_.Name) $($_.State) $($_.PriceSats) $($_.MadeHere) $($_.Source)\" }").Text());
        Assert.Contains("It is not known whether the gateway has loaded it", Assert.Single(session.Run("Get-L402GatewayService file:aperture.yaml").Warnings), StringComparison.Ordinal);
        Assert.Equal("s1 not known", session.Run("Get-L402GatewayService -Name s*" + gateway + "| ForEach-Object { \"$($_.Name) $($_.Limits)\" }").Text());
        Assert.Contains("old", session.Show("Get-L402GatewayService file:aperture.yaml 3>$null"), StringComparison.Ordinal);
        Assert.Contains("Lifetime", session.Show("Get-L402GatewayService file:aperture.yaml 3>$null | Format-List"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_gateway_that_does_not_answer_does_not_keep_another_from_being_shown()
    {
        session.WithForeignService();

        var outcome = session.Run("Get-L402GatewayService file:none.yaml, file:aperture.yaml -WarningAction SilentlyContinue");

        outcome.Error("GatewayError");
        Assert.Single(outcome.Output);
    }

    [Fact]
    public void A_file_written_by_hand_is_adopted_and_the_plan_that_follows_changes_nothing()
    {
        session.WithForeignService();

        var preview = session.Run("Import-LightningPaywall -FromGateway file:aperture.yaml -StorePath t.db -WhatIf -WarningAction SilentlyContinue");
        Assert.Empty(preview.Errors);
        Assert.False(File.Exists(session.Folder.File("t.db")));

        var adopted = session.Run("Import-LightningPaywall -FromGateway file:aperture.yaml -StorePath t.db -OwnerId owner_x -WarningAction SilentlyContinue").Single();
        var names = session.Run("Get-LightningPaywall -Mode Local -StorePath t.db | ForEach-Object { \"$($_.Name) $($_.OwnerId) $($_.Routes[0].ServiceName) $($_.Policy.FixedAmountMsats)\" }").Text();
        var drift = session.Run("(Test-ApertureDrift file:aperture.yaml -Mode Local -StorePath t.db -NoAdminApi -WarningAction SilentlyContinue -ErrorAction SilentlyContinue).Plan.Changes.Count");

        Assert.Equal("0", session.Run("\"$($a.Foreign.Count)\"", ("a", adopted)).Text());
        Assert.Equal("old owner_x old 5000", names);
        Assert.Equal(0, drift.Single().BaseObject);
        Assert.Contains("old", session.Show("$a", ("a", adopted)), StringComparison.Ordinal);
    }

    [Fact]
    public void Parameters_of_gateways_need_one_to_adopt_from() =>
        session.Run("Import-LightningPaywall x.json -MacaroonPath admin.macaroon").Error("ConfigError");

    private Task<Reply> Answer(RecordedRequest request)
    {
        var path = request.Target.Split('?')[0];
        if (request.Method == "DELETE")
        {
            var id = path.Split('/')[^1];
            revoked.Add(id);
            return Task.FromResult(Reply.Json("{\"status\":\"revoked\"}"));
        }

        string[] sales = [Sale(3, new('c', 64), "pw_weather.route_weather", "pending", new('3', 64)), Sale(2, Foreign, "elsewhere", "settled", new('2', 64)), Sale(1, Token, "pw_weather.route_weather", "settled", Hash)];
        sales = sales.Where(sale => !revoked.Exists(id => sale.Contains(id, StringComparison.Ordinal))).ToArray();
        if (hidden > 0 && (path is "/api/admin/tokens" or "/api/admin/transactions"))
        {
            return Task.FromResult(Reply.Json("{\"" + path.Split('/')[^1] + "\":[],\"total_count\":\"" + hidden.ToString(System.Globalization.CultureInfo.InvariantCulture) + "\"}"));
        }

        var listed = sales.Where(sale => !path.EndsWith("tokens", StringComparison.Ordinal) || sale.Contains("settled\"", StringComparison.Ordinal))
            .Where(sale => !request.Target.Contains("state=pending", StringComparison.Ordinal) || sale.Contains("pending", StringComparison.Ordinal))
            .Where(sale => !request.Target.Contains("state=settled", StringComparison.Ordinal) || sale.Contains("\"settled\"", StringComparison.Ordinal))
            .Where(sale => !request.Target.Contains("offset=", StringComparison.Ordinal) || request.Target.Contains("offset=0", StringComparison.Ordinal)).ToArray();
        return Task.FromResult(Reply.Json(path switch
        {
            "/api/admin/health" => "{\"status\":\"ok\"}",
            "/api/admin/info" => "{\"network\":\"simnet\",\"listen_addr\":\"127.0.0.1:1\",\"insecure\":true,\"mpp_enabled\":false,\"sessions_enabled\":false,\"mpp_realm\":\"\"}",
            "/api/admin/services" => "{\"services\":[{\"name\":\"s1\",\"address\":\"127.0.0.1:9000\",\"protocol\":\"http\",\"host_regexp\":\".*\",\"path_regexp\":\"^/s$\",\"price\":\"4\",\"auth\":\"on\",\"auth_scheme\":\"AUTH_SCHEME_L402\"}]}",
            "/api/admin/stats" => "{\"total_revenue_sats\":\"9\",\"transaction_count\":\"1\",\"service_breakdown\":[{\"service_name\":\"pw_weather.route_weather\",\"total_revenue_sats\":\"9\"}]}",
            "/api/admin/tokens" => "{\"tokens\":[" + string.Join(",", listed.Where(static sale => sale.Contains("\"settled\"", StringComparison.Ordinal))) + "],\"total_count\":\"" + listed.Length + "\"}",
            _ => "{\"transactions\":[" + string.Join(",", listed) + "],\"total_count\":\"" + listed.Length + "\"}",
        }));
    }

    private static string Sale(int id, string token, string service, string state, string hash) =>
        $"{{\"id\":{id},\"token_id\":\"{token}\",\"payment_hash\":\"{hash}\",\"service_name\":\"{service}\",\"price_sats\":\"3\",\"state\":\"{state}\",\"created_at\":\"2026-03-0{id}T10:00:00Z\",\"settled_at\":\"{(state == "settled" ? $"2026-03-0{id}T10:00:01Z" : string.Empty)}\"}}";
}
