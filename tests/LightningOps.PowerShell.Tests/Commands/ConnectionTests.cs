using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.Versioning;
using System.Threading.Tasks;
using LightningOps.PowerShell.Tests.Hosting;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

/// <summary>Connect-LightningOps -Test calls each link and says what it found; secrets by reference go only where they were registered for.</summary>
public sealed class ConnectionTests : IAsyncDisposable
{
    private readonly string name = "c" + Guid.NewGuid().ToString("N")[..12];
    private readonly ModuleSession session = new(width: 400);
    private readonly LoopbackServer admin = new(static request => Task.FromResult(
        request.Target.StartsWith("/api/admin/health", StringComparison.Ordinal) ? Reply.Json("{\"status\":\"ok\"}")
        : request.Target.StartsWith("/api/admin", StringComparison.Ordinal) ? Reply.Json("{\"services\":[]}")
        : Reply.Status(200)));

    private readonly LoopbackServer ops = new(static request => Task.FromResult(
        request.Headers.GetValueOrDefault("authorization") != "Bearer t0ken" && request.Target.StartsWith("/ops", StringComparison.Ordinal) ? Reply.Status(401)
        : request.Target == "/ops/deployment" ? Reply.Json("{\"deployment\":null}") : Reply.Status(200)));

    private readonly LoopbackServer elsewhere = new(static _ => Task.FromResult(Reply.Json("{\"deployment\":null}")));

    public ConnectionTests()
    {
        Write("admin.macaroon", "0201036c6e64");
        Write("ops.token", "t0ken\n");
    }

    public async ValueTask DisposeAsync()
    {
        session.Run("Get-L402Gateway | Where-Object Name -Like \"*$n\" | Unregister-L402Gateway", ("n", name));
        session.Dispose();
        await admin.DisposeAsync();
        await ops.DisposeAsync();
        await elsewhere.DisposeAsync();
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public void A_passfile_that_others_may_read_is_a_warning_once_where_the_password_comes_from_it()
    {
        const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = session.Folder.File("pgpass");
        File.WriteAllText(file, "127.0.0.1:*:*:ops:secret\n");
        var connect = "Connect-LightningOps Postgres -Postgres 'Host=127.0.0.1;Database=lightning;Username=ops;Passfile=" + file + "'";

        File.SetUnixFileMode(file, Own | UnixFileMode.GroupRead);
        Assert.Empty(Run(connect + " -PostgresPassword (ConvertTo-SecureString secret -AsPlainText -Force)").Warnings);
        Assert.Empty(Run(connect + " -PostgresToken { throw 'is not run' }").Warnings);
        Assert.Equal([file + " holds a secret, and other accounts have access to it (mode 0640). Run chmod 600 " + file + "."], Run(connect).Warnings);
        Assert.Empty(Run(connect).Warnings);
        File.SetUnixFileMode(file, Own);
        Assert.Empty(Run(connect).Warnings);
    }

    [Fact]
    public void Each_link_is_called_and_what_it_found_is_an_object()
    {
        Run("Register-L402Gateway a$n admin $admin -Macaroon file:admin.macaroon -Network regtest -Payer mock; Register-L402Gateway o$n ops $ops -OpsToken file:ops.token");
        Run("Import-LightningPaywall $paywalls -StorePath s.db | Out-Null", ("paywalls", Places.Vector("smoke/paywalls.json")));

        var outcome = Run("Connect-LightningOps Local -StorePath s.db -Test | Where-Object { $_.Kind -eq 'ControlPlane' -or $_.Name -like \"*$n\" }");

        // Other tests of this account may register gateways meanwhile.
        Assert.DoesNotContain(outcome.Errors, error => error.Exception.Message.Contains(name, StringComparison.Ordinal));
        Assert.Equal(["ControlPlane local Works", "Gateway a" + name + " Works", "Gateway o" + name + " Works", "Payer of gateway a" + name + " NotAsked"], outcome.Output.Select(static link => link.Properties["Kind"].Value + " " + link.Properties["Name"].Value + " " + link.Properties["State"].Value));
        Assert.Equal([session.Folder.File("s.db"), admin.Url, ops.Url, "this process"], outcome.Output.Select(static link => (string)link.Properties["Address"].Value));
        Assert.Equal("answers: 2 paywalls, global pause is not set", outcome.Output[0].Properties["Found"].Value);
        Assert.Equal("is up; 0 services, 0 selling", outcome.Output[1].Properties["Found"].Value);
        Assert.Equal("is up; 0 services, 0 selling", outcome.Output[2].Properties["Found"].Value);
        Assert.Equal("regtest", outcome.Output[1].Properties["Network"].Value);
        Assert.Equal("Bearer t0ken", ops.Requests.First(static request => request.Target == "/ops/deployment").Headers["authorization"]);
        Assert.DoesNotContain("t0ken", session.Show("Connect-LightningOps Local -StorePath s.db -Test -ErrorAction SilentlyContinue | Format-List *; Get-L402Gateway | Format-List *", ("n", name)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_test_alone_keeps_the_settings()
    {
        Run("Import-LightningPaywall $paywalls -StorePath s.db | Out-Null; Connect-LightningOps Local -StorePath s.db", ("paywalls", Places.Vector("smoke/paywalls.json")));

        Assert.Equal("Works", Run("(Connect-LightningOps -Test -ErrorAction SilentlyContinue | Where-Object Kind -EQ ControlPlane).State").Text());
        Assert.Equal(session.Folder.File("s.db"), Run("((Get-LightningOpsContext).Settings | Where-Object Name -EQ StorePath).Value").Text());
    }

    [Fact]
    public void A_link_that_fails_is_an_error_with_the_address_and_the_others_are_still_called()
    {
        using var closed = new RefusingServer();
        Run("Register-L402Gateway a$n admin $closed -Macaroon file:admin.macaroon; Register-L402Gateway b$n admin $admin -Macaroon file:admin.macaroon", ("closed", closed.Url));

        var outcome = Run("Connect-LightningOps Local -StorePath none/s.db -Test | Where-Object { $_.Kind -eq 'ControlPlane' -or $_.Name -like \"*$n\" }");

        Assert.Equal(["Fails", "Fails", "Works"], outcome.Output.Select(static link => link.Properties["State"].Value.ToString()));
        var errors = outcome.Errors.Where(error => error.FullyQualifiedErrorId.StartsWith("LinkFailed", StringComparison.Ordinal)).Select(static error => error.Exception.Message).ToArray();
        Assert.Contains(errors, text => text.Contains("none/s.db", StringComparison.Ordinal));
        Assert.Contains(errors, text => text.Contains("a" + name, StringComparison.Ordinal) && text.Contains(closed.Url, StringComparison.Ordinal));
        Assert.All(outcome.Errors, static error => Assert.NotEmpty(error.ErrorDetails.RecommendedAction));
    }

    [Theory]
    [InlineData("Register-L402Gateway r$n admin $admin", "the admin API needs its macaroon", "-Macaroon file:")]
    [InlineData("Set-Content ops.token wrong; Register-L402Gateway r$n ops $ops -OpsToken file:ops.token", "status_401", "-Macaroon, or -OpsToken")]
    public void The_remedy_of_a_registered_gateway_changes_its_registration(string register, string found, string remedy)
    {
        Run(register);

        var link = Run("Connect-LightningOps Mock -Test -ErrorAction SilentlyContinue | Where-Object Name -EQ \"r$n\"").Output.Single();

        Assert.Contains(found, (string)link.Properties["Found"].Value, StringComparison.Ordinal);
        Assert.DoesNotContain("MacaroonPath", link.Properties["Found"].Value + (string)link.Properties["Remedy"].Value, StringComparison.Ordinal);
        Assert.Contains("Set-L402Gateway r" + name + " " + remedy, (string)link.Properties["Remedy"].Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_only_written_is_not_said_to_sell()
    {
        File.WriteAllText(session.Folder.File("a.yaml"), "listenaddr: \"127.0.0.1:1\"\nservices:\n  - name: shop\n    hostregexp: '^shop$'\n    address: localhost:8000\n    protocol: http\n    price: 5\n");
        Run("Register-L402Gateway f$n file ./a.yaml");

        var found = Run("(Connect-LightningOps Mock -Test -ErrorAction SilentlyContinue | Where-Object Name -EQ \"f$n\").Found").Text();

        Assert.StartsWith("was read: its written configuration has 1 service, 1 for sale, and it is not known whether it is live; its health check failed: ", found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_control_plane_without_an_address_is_at_no_address()
    {
        var error = Run("$e = $env:OA_LIGHTNING_OPS_API_BASE_URL; $env:OA_LIGHTNING_OPS_API_BASE_URL = ''; Connect-LightningOps Api -Test | Out-Null; $env:OA_LIGHTNING_OPS_API_BASE_URL = $e").Errors.First(static error => error.Exception.Message.StartsWith("Control plane", StringComparison.Ordinal));

        Assert.StartsWith("Control plane api: OA_LIGHTNING_OPS_API_BASE_URL: ", error.Exception.Message, StringComparison.Ordinal);
        Run("Disconnect-LightningOps");
    }

    [Fact]
    public void WhatIf_calls_nothing()
    {
        Run("Register-L402Gateway a$n admin $admin -Macaroon file:admin.macaroon");

        Assert.Empty(Run("Connect-LightningOps Local -StorePath s.db -Test -WhatIf").Output);
        Assert.Empty(admin.Requests);
    }

    [Fact]
    public void A_token_of_the_ops_endpoints_goes_only_where_it_was_registered_for()
    {
        Run("Register-L402Gateway o$n ops $ops -OpsToken file:ops.token; Set-L402Gateway o$n -Endpoint $elsewhere");

        var error = Run("Test-ApertureDrift -Mode Mock -Gateway o$n").Error("GatewaySecretMoved");
        Assert.Contains("Set-L402Gateway o" + name + " -OpsToken", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        var link = Run("Connect-LightningOps Mock -Test | Where-Object Name -EQ \"o$n\"").Output.Single();
        Assert.Equal(("Fails", "GatewaySecretMoved"), (link.Properties["State"].Value.ToString(), (string)link.Properties["Code"].Value));
        Assert.Empty(elsewhere.Requests);

        Run("Set-L402Gateway o$n -OpsToken file:ops.token; Test-ApertureDrift -Mode Mock -Gateway o$n");
        Assert.Contains(elsewhere.Requests, static request => request.Headers.GetValueOrDefault("authorization") == "Bearer t0ken");
    }

    [Fact]
    public void A_token_of_a_vault_or_a_variable_is_read_when_it_is_needed()
    {
        var variable = "OA_LIGHTNING_TEST_" + name.ToUpperInvariant();
        Environment.SetEnvironmentVariable(variable, "t0ken");
        var folder = Directory.CreateDirectory(session.Folder.File("Microsoft.PowerShell.SecretManagement")).FullName;
        File.WriteAllText(Path.Combine(folder, "Microsoft.PowerShell.SecretManagement.psm1"), "function Get-Secret { param($Vault, $Name) 't0ken' }");
        Run("Import-Module ./Microsoft.PowerShell.SecretManagement; Register-L402Gateway v$n ops $ops -OpsToken vault:ops/token; Register-L402Gateway e$n ops $ops -OpsToken env:" + variable);

        Assert.Equal("Works Works", Run("(Connect-LightningOps Mock -Test -ErrorAction SilentlyContinue | Where-Object Name -Like \"*$n\").State -join ' '").Text());
        Environment.SetEnvironmentVariable(variable, null);
        Assert.Equal("GatewaySecretUnavailable", Run("(Connect-LightningOps Mock -Test -ErrorAction SilentlyContinue | Where-Object Name -EQ \"e$n\").Code").Text());
    }

    [Theory]
    [InlineData("Register-L402Gateway o$n ops $ops -OpsToken t0ken", "OpsToken")]
    [InlineData("Register-L402Gateway o$n admin $ops -OpsToken file:ops.token", "OpsToken")]
    [InlineData("Connect-LightningOps Api -ApiBaseUrl https://h -SecretReference s3cret", "SecretReference")]
    public void A_token_itself_or_at_another_kind_is_refused_and_not_repeated(string script, string member)
    {
        var error = Run(script).Error("ConfigError");

        Assert.Equal(member, error.TargetObject);
        Assert.DoesNotContain("t0ken", error.Exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.Exception.Message, StringComparison.Ordinal);
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public void A_file_of_a_token_that_others_may_read_is_refused()
    {
        File.SetUnixFileMode(session.Folder.File("ops.token"), UnixFileMode.UserRead | UnixFileMode.OtherRead);

        Run("Register-L402Gateway o$n ops $ops -OpsToken file:ops.token").Error("FileNotTrusted");
        Run("Connect-LightningOps Api -ApiBaseUrl $ops -SecretReference file:ops.token").Error("FileNotTrusted");
    }

    [Fact]
    public void The_secret_of_a_control_plane_by_reference_goes_only_to_the_address_of_its_connection()
    {
        const string address = "OA_LIGHTNING_OPS_API_BASE_URL";
        var before = Environment.GetEnvironmentVariable(address);
        try
        {
            Environment.SetEnvironmentVariable(address, ops.Url);
            Run("Connect-LightningOps Api -SecretReference file:ops.token");
            Assert.Equal("set (file:" + session.Folder.File("ops.token") + ")", Run("((Get-LightningOpsContext).Settings | Where-Object Name -EQ Secret).Value").Text());
            Run("Get-LightningPaywall");
            Assert.NotEmpty(ops.Requests);

            Environment.SetEnvironmentVariable(address, elsewhere.Url);
            var error = Run("Get-LightningPaywall").Error("GatewaySecretMoved");
            Assert.Contains("was read for " + ops.Url + " and would go to " + elsewhere.Url, error.Exception.Message, StringComparison.Ordinal);
            Assert.Empty(elsewhere.Requests);
        }
        finally
        {
            Environment.SetEnvironmentVariable(address, before);
            Run("Disconnect-LightningOps");
        }
    }

    private PipelineOutcome Run(string script, params (string Name, object? Value)[] variables) =>
        session.Run(script, [("n", name), ("admin", admin.Url), ("ops", ops.Url), ("elsewhere", elsewhere.Url), .. variables]);

    private void Write(string file, string content)
    {
        var path = session.Folder.File(file);
        File.WriteAllText(path, content);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
