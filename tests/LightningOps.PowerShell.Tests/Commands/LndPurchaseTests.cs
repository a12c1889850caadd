using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using LightningOps.PowerShell.Tests.Hosting;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

/// <summary>Buying from a gateway on loopback with a node that answers as LND does where a macaroon may pay and look only (lnd.jsonl).</summary>
public sealed class LndPurchaseTests : IAsyncDisposable
{
    private const string Services = """
        services:
          - {name: a, hostregexp: '^127\.0\.0\.1', pathregexp: '^/a$', address: '127.0.0.1:1', protocol: http, price: 70}
        """;

    private const string InFlight = "{\"result\":{\"status\":\"IN_FLIGHT\",\"payment_index\":\"7\",\"failure_reason\":\"FAILURE_REASON_NONE\"}}\n";

    private readonly ModuleSession session = new();
    private readonly LoopbackServer node;
    private Func<Reply> send = () => Reply.Json("{\"error\":{\"code\":2,\"message\":\"self-payments not allowed\",\"details\":[]}}", 500);
    private bool isKnown;

    public LndPurchaseTests()
    {
        node = new LoopbackServer(request => Task.FromResult(Answer(request)));
        session.Run("Set-Content aperture.yaml $y; $g = Start-L402TestGateway aperture.yaml -Upstream http://127.0.0.1:1 -PassThru; $u = $g.Url + '/a'; $b = @{ CredentialStorePath = 'c.db'; MaxSpendMsats = 100000; LndMacaroon = (ConvertTo-SecureString 0201036c6e64 -AsPlainText -Force); Payer = 'lnd:' + $n }", ("y", Services), ("n", node.Url));
    }

    public async ValueTask DisposeAsync()
    {
        session.Run("Stop-L402TestGateway -All");
        session.Dispose();
        await node.DisposeAsync();
    }

    [Theory]
    [InlineData("", 60)]
    [InlineData("-PaymentTimeoutSec 7", 7)]
    [InlineData("-TimeoutSec 20", 20)]
    [InlineData("-TimeoutSec 20 -PaymentTimeoutSec 30", 20)]
    public void The_node_is_told_how_long_it_may_try_and_never_longer_than_the_call_lasts(string parameters, int seconds)
    {
        session.Run("Invoke-L402WebRequest $u @b " + parameters).Error("PaymentFailedError");

        var sent = JsonDocument.Parse(Assert.Single(node.Requests, request => request.Target == "/v2/router/send").Body).RootElement;
        Assert.Equal(seconds, sent.GetProperty("timeout_seconds").GetInt32());
    }

    [Theory]
    [InlineData("Ep212Routes")]
    [InlineData("Ep212FullFlow")]
    public async Task A_live_smoke_is_paid_by_the_node_it_is_told_to_pay_with(string smoke)
    {
        using var certificate = LoopbackCertificate.Make();
        await using var secured = new LoopbackServer(request => Task.FromResult(Answer(request)), certificate);
        await File.WriteAllTextAsync(session.Folder.File("tls.cert"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(session.Folder.File("pay.macaroon"), "0201036c6e64\n");
        session.Run("Set-Content live.env \"OA_LIGHTNING_OPS_EP212_ROUTE_A_URL=$u`nOA_LIGHTNING_OPS_EP212_ROUTE_B_URL=$u`nOA_LIGHTNING_OPS_EP212_SATS4AI_URL=$u\"; Connect-LightningOps -EnvironmentFile live.env");

        var error = session.Run(
            "Invoke-L402Smoke " + smoke + " -Mode Live -Payer \"lnd:$s\" -LndMacaroonPath pay.macaroon -LndCertificatePath tls.cert -CredentialStorePath c.db", ("s", secured.Url)).Error("SmokeFailed");

        Assert.Contains("LND says: self-payments not allowed", error.ToString(), StringComparison.Ordinal);
        Assert.Equal("Failed lnd", session.Run("$p = Get-L402Purchase -CredentialStorePath c.db; \"$($p.State) $($p.Payer.Split(' ')[0])\"").Text());
        Assert.Single(secured.Requests, request => request.Target == "/v2/router/send");
    }

    [Theory]
    [InlineData("-MaxSpendMsats 2000", "0")]
    [InlineData("-MaxSpendMsats 3500", "1500")]
    [InlineData("-MaxSpendMsats 9000", "2000")]
    public void A_test_of_a_gateway_never_costs_more_than_its_limit_with_the_fee(string limit, string feeLimit)
    {
        session.Run("[IO.File]::WriteAllText(\"$PWD/pay.macaroon\", '0201036c6e64'); $m = Invoke-LightningCompile -Mode Mock | Start-L402TestGateway -Upstream http://127.0.0.1:1 -PassThru");

        session.Run("Test-L402Gateway -Mode Mock -Gateway \"loopback:$($m.Url)\" -Payer $b.Payer -LndMacaroonPath pay.macaroon -CredentialStorePath c.db " + limit).Error("GatewayChainBroken");

        var sent = JsonDocument.Parse(Assert.Single(node.Requests, request => request.Target == "/v2/router/send").Body).RootElement;
        Assert.Equal(feeLimit, sent.GetProperty("fee_limit_msat").GetString());
    }

    [Theory]
    [InlineData("offchain", "write", "offchain:write")]
    [InlineData("macaroon", "generate", "macaroon:generate")]
    [InlineData("offchain", "read", null)]
    public void A_macaroon_of_the_sellers_node_that_may_do_more_than_read_is_a_warning(string entity, string action, string? named)
    {
        session.Run("[IO.File]::WriteAllText(\"$PWD/payee.macaroon\", $h)", ("h", LndMacaroons.Bake("elsewhere", ("info", ["read"]), (entity, [action]))));

        var warnings = session.Run("Test-L402Gateway -Mode Mock -PayeeNode $b.Payer -PayeeMacaroonPath payee.macaroon -ErrorAction Ignore").Warnings;

        Assert.Equal(named is not null, warnings.Any(warning => warning.Contains("may do more than read: " + named + ".", StringComparison.Ordinal)));
        Assert.All(node.Requests, static request => Assert.Equal("GET", request.Method));
    }

    [Theory]
    [InlineData("-MaxSpendMsats 1000", "SpendLimitMsats SmokeSpendLimitMsats")]
    [InlineData("-MaxSpendMsats 0", "SpendLimitMsats SmokeSpendLimitMsats")]
    public void The_limit_of_one_request_is_no_setting_of_a_session(string limit, string names)
    {
        var error = session.Run("Connect-LightningOps Mock " + limit).Error("ConfigError");

        Assert.StartsWith("MaxSpendMsats: ", error.Exception.Message, StringComparison.Ordinal);
        Assert.All(names.Split(' '), name => Assert.Contains("-" + name + " ", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal));
    }

    [Fact]
    public void A_wallet_is_checked_without_a_payment()
    {
        var report = Assert.Single(session.Run("Test-L402Payer $b.Payer -LndMacaroon $b.LndMacaroon").Output);

        Assert.Equal((true, true, true, null), (report.Properties["Ok"].Value, report.Properties["IsReachable"].Value, report.Properties["CanTrack"].Value, report.Properties["Node"].Value));
        Assert.DoesNotContain(node.Requests, request => request.Target == "/v2/router/send");
    }

    [Fact]
    public void A_wallet_that_cannot_be_reached_is_an_error_with_its_code() =>
        Assert.Contains("connection_refused", session.Run("Test-L402Payer lnd:http://127.0.0.1:1 -LndMacaroon $b.LndMacaroon").Error("PayerNotReady").Exception.Message, StringComparison.Ordinal);

    [Fact]
    public void Purchases_are_listed_as_numbers_and_text()
    {
        session.Run("Invoke-L402WebRequest $u @b").Error("PaymentFailedError");
        session.Run("Invoke-L402WebRequest $u -CredentialStorePath c.db -MaxSpendMsats 100000 -Payer simulated");

        Assert.Equal("70000 1", session.Run("$p = @(Get-L402Purchase 127.0.0.1* -State Paid -CredentialStorePath c.db); \"$(($p | Measure-Object CostMsats -Sum).Sum) $($p.Count)\"").Text());
        Assert.Equal("Failed 0 lnd", session.Run("$p = Get-L402Purchase -State Failed -CredentialStorePath c.db; \"$($p.State) $($p.CostMsats) $($p.Payer.Split(' ')[0])\"").Text());
        Assert.Equal("String", session.Run("(Get-L402Purchase -State Paid -CredentialStorePath c.db | ConvertTo-Json | ConvertFrom-Json).PaymentHash.GetType().Name").Text());
    }

    [Fact]
    public void WhatIf_returns_what_would_be_paid_and_for_what()
    {
        var preview = Assert.Single(session.Run("Invoke-L402WebRequest $u -CredentialStorePath c.db -MaxSpendMsats 100000 -Payer simulated -WhatIf").Output);

        Assert.Equal((true, 70_000L, "simulated", false, "/a"), (preview.Properties["WouldPay"].Value, preview.Properties["AmountMsats"].Value, preview.Properties["Payer"].Value, preview.Properties["HasCredential"].Value, preview.Properties["Scope"].Value));
        Assert.Equal(66, ((string)preview.Properties["Payee"].Value).Length);
        Assert.StartsWith("a", (string)preview.Properties["Services"].Value, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIf_names_the_purchase_that_is_not_finished()
    {
        isKnown = true;
        send = () => Reply.Json(InFlight);
        session.Run("Invoke-L402WebRequest $u @b -FeeLimitMsats 1000").Error("PaymentPendingError");

        var preview = Assert.Single(session.Run("Invoke-L402WebRequest $u @b -WhatIf").Output);
        Assert.Equal(session.Run("(Get-L402Credential -CredentialStorePath c.db).PurchaseId").Text(), preview.Properties["UnfinishedPurchaseId"].Value);
        Assert.Equal((null, "Pending", 71_000L), (preview.Properties["WouldPay"].Value, preview.Properties["UnfinishedState"].Value.ToString(), preview.Properties["UnfinishedMsats"].Value));
        Assert.StartsWith("lnd 127.0.0.1:", (string)preview.Properties["UnfinishedPayer"].Value, StringComparison.Ordinal);

        var shown = session.Show("Invoke-L402WebRequest $u @b -WhatIf | Format-List | Out-String -Width 400");
        Assert.Contains("for at most 71000 msat is not finished (pending, with lnd 127.0.0.1:", string.Join(' ', shown.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Contains("not known: an earlier purchase is not finished", shown, StringComparison.Ordinal);
        Assert.Single(node.Requests, request => request.Target == "/v2/router/send");
    }

    [Fact]
    public async Task A_file_with_a_secret_that_others_may_read_is_a_warning_once()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var file = session.Folder.File("pay.macaroon");
        await File.WriteAllTextAsync(file, "0201036c6e64\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        const string Check = "Test-L402Payer $b.Payer -LndMacaroonPath pay.macaroon";
        string[] told = [file + " holds a secret, and other accounts have access to it (mode 0644). Run chmod 600 " + file + "."];

        Assert.Equal(told, session.Run(Check).Warnings);
        Assert.Empty(session.Run(Check).Warnings);
        Assert.Empty(session.Run("Invoke-L402WebRequest $u -CredentialStorePath c.db -MaxSpendMsats 100000 -Payer $b.Payer -LndMacaroonPath pay.macaroon -ErrorAction Ignore").Warnings.Where(warning => warning.Contains("chmod", StringComparison.Ordinal)));

        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Equal([told[0].Replace("0644", "0640", StringComparison.Ordinal)], session.Run(Check).Warnings);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Empty(session.Run(Check).Warnings);
    }

    [Fact]
    public void The_key_of_the_store_that_others_may_read_is_a_warning()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        session.Run("Invoke-L402WebRequest $u @b").Error("PaymentFailedError");
        Assert.Empty(session.Run("Get-L402Credential -CredentialStorePath c.db").Warnings);
        File.SetUnixFileMode(session.Folder.File("c.db.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        Assert.Contains("c.db.key holds a secret, and other accounts have access to it (mode 0604)", Assert.Single(session.Run("Get-L402Credential -CredentialStorePath c.db").Warnings), StringComparison.Ordinal);
        Assert.DoesNotContain(session.Run("Invoke-L402WebRequest $u @b -ErrorAction Ignore").Warnings, warning => warning.Contains("c.db.key", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("-TimeoutSec 3", false)]
    [InlineData("-TimeoutSec 3 -PendingWaitSec 0", true)]
    [InlineData("-TimeoutSec 3 -PendingWaitSec 1000", true)]
    public void The_time_limit_of_a_call_ends_the_wait_for_a_payment(string limits, bool isHeld)
    {
        // A hold invoice that is never settled is in flight until its own time limit.
        send = () => isHeld ? Reply.Open(InFlight) : Reply.Stall;

        var error = session.Run("Invoke-L402WebRequest $u @b " + limits).Error("PaymentPendingError");

        Assert.StartsWith("timeout: ", error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal("Pending", session.Run("(Get-L402Credential -CredentialStorePath c.db).State.ToString()").Text());
    }

    [Fact]
    public void What_was_seen_in_flight_is_given_up_only_where_a_second_payment_is_allowed()
    {
        isKnown = true;
        send = () => Reply.Json(InFlight);
        session.Run("Invoke-L402WebRequest $u @b").Error("PaymentPendingError");
        session.Run("$id = (Get-L402Credential -CredentialStorePath c.db).PurchaseId");

        session.Run("Remove-L402Credential $id -CredentialStorePath c.db -Confirm:$false").Error("CredentialUnfinished");
        var error = session.Run("Remove-L402Credential $id -CredentialStorePath c.db -Force -Confirm:$false").Error("CredentialInFlight");
        Assert.Contains("can still settle", error.Exception.Message, StringComparison.Ordinal);

        Assert.Empty(session.Run("Remove-L402Credential $id -CredentialStorePath c.db -Force -AllowSecondPayment -Confirm:$false").Errors);
        Assert.Equal("Removed", session.Run("(Get-L402Credential -CredentialStorePath c.db -PurchaseId $id).State.ToString()").Text());
    }

    [Theory]
    [InlineData(false, "presents a certificate other than the pinned one")]
    [InlineData(true, "self-payments not allowed")]
    public async Task A_renewed_certificate_is_told_and_any_certificate_of_the_file_may_match(bool hasBoth, string told)
    {
        using var old = LoopbackCertificate.Make();
        using var renewed = LoopbackCertificate.Make();
        await using var secured = new LoopbackServer(request => Task.FromResult(Answer(request)), renewed);
        await File.WriteAllTextAsync(session.Folder.File("tls.cert"), old.ExportCertificatePem() + "\n" + (hasBoth ? renewed.ExportCertificatePem() + "\n" : string.Empty));

        var error = session.Run("$b.Payer = \"lnd:$s\"; Invoke-L402WebRequest $u @b -LndCertificatePath tls.cert", ("s", secured.Url)).Error("PaymentFailedError");

        Assert.Contains(told, error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal(hasBoth, secured.Requests.Any());
    }

    [Fact]
    public async Task The_port_of_gRPC_is_said_to_be_none_of_REST()
    {
        // What an HTTP/2 server says first (RFC 9113 3.4).
        await using var grpc = new LoopbackServer(_ => Task.FromResult(Reply.Raw([0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0x40, 0])));

        var error = session.Run("$b.Payer = \"lnd:$s\"; Invoke-L402WebRequest $u @b", ("s", grpc.Url)).Error("PaymentFailedError");

        Assert.Contains("restlisten", error.Exception.Message + error.ErrorDetails?.RecommendedAction, StringComparison.Ordinal);
    }

    private Reply Answer(RecordedRequest request) =>
        request.Target == "/v2/router/send" ? send()
        : request.Target.StartsWith("/v2/router/track/", StringComparison.Ordinal)
            ? isKnown && node.Requests.Any(earlier => earlier.Target == "/v2/router/send")
                ? Reply.Json(InFlight)
                : Reply.Json("{\"error\":{\"code\":5,\"message\":\"payment isn't initiated\",\"details\":[]}}", 404)
        : Reply.Json("{\"code\":2,\"message\":\"permission denied\",\"details\":[]}", 500);
}
