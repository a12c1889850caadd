using System;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Threading.Tasks;
using LightningOps.PowerShell.Tests.Hosting;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

/// <summary>The pause, the kill switches, the gate and the credential roles at the prompt.</summary>
public sealed class SecurityTests : IDisposable
{
    private const string Local = "Connect-LightningOps Local -StorePath s.db; ";

    private const string NewStore = "[IO.File]::WriteAllText(\"$PWD/p.json\", '{\"paywalls\":[]}'); Import-LightningPaywall p.json -Force | Out-Null; ";

    private const string Credentials =
        "$c = [Net.NetworkCredential]::new('', '0123456789abcdef').SecurePassword; Connect-LightningOps Local -StorePath s.db -GatewayInvoiceCredential $c -SettlementReadCredential $c -OperatorAdminCredential $c; ";

    private readonly ModuleSession session = new();

    public void Dispose() => session.Dispose();

    [Fact]
    public void A_pause_says_who_and_why_and_closes_the_gate_of_everyone()
    {
        session.Run(Credentials + NewStore + "Set-L402GlobalPause -Active -Reason moving -UpdatedBy alice -Force");

        Assert.Equal(
            """{"global":{"stateId":"global","globalPause":true,"denyReasonCode":"global_pause_active","denyReason":"moving","updatedBy":"alice","updatedAtMs":0},"ownerControls":[],"credentialRoles":[]}""",
            System.Text.RegularExpressions.Regex.Replace(session.Run("Get-L402SecurityState | Export-Json").Text(), "AtMs\":[0-9]+", "AtMs\":0"));
        Assert.Equal(
            """{"ownerId":"o","allowed":false,"denyReasonCode":"global_pause_active","denyReason":"moving","source":"global_pause"}""",
            session.Run("Test-L402Gate o | Export-Json").Text());
        session.Run("Set-L402GlobalPause -Inactive -Confirm:$false");
        Assert.Equal("""{"ownerId":"o","allowed":true}""", session.Run("'o' | Test-L402Gate | Export-Json").Text());
    }

    [Fact]
    public void Who_is_the_user_at_the_machine_by_default() =>
        Assert.Equal(Environment.UserName + "@" + Environment.MachineName, session.Run(Local + NewStore + "(Set-L402GlobalPause -Active -Force).UpdatedBy").Text());

    [Fact]
    public void Owners_come_through_the_pipeline_and_each_is_set_once()
    {
        const string script = Credentials + "Import-LightningPaywall $paywalls | Out-Null; $p = Get-LightningPaywall; $p + $p + 'owner_x' | Set-L402OwnerKillSwitch -Active -Reason abuse -Force";

        var outcome = session.Run(script, ("paywalls", Places.Vector("smoke/paywalls.json")));

        Assert.Empty(outcome.Errors);
        Assert.Equal(["owner_news", "owner_weather", "owner_x"], outcome.Output.Select(static control => (string)control.Properties["OwnerId"].Value).Order(StringComparer.Ordinal));
        Assert.Equal(["False", "False", "True"], session.Run("'owner_news', 'owner_x', 'owner_y' | Test-L402Gate -Quiet").Output.Select(static allowed => allowed.ToString()));
        session.Run("(Get-L402SecurityState).OwnerControls | Where-Object KillSwitch | Set-L402OwnerKillSwitch -Inactive -Force");
        Assert.Equal("True", session.Run("Test-L402Gate owner_x -Quiet").Text());
    }

    [Theory]
    [InlineData("Set-L402GlobalPause -Active")]
    [InlineData("Set-L402OwnerKillSwitch o -Active")]
    [InlineData("Revoke-LightningOpsCredential gateway_invoice")]
    public void What_stops_selling_asks_and_WhatIf_does_nothing(string script)
    {
        session.Run(Local + script).Error("ConfirmationUnavailable");
        Assert.Empty(session.Run(script + " -WhatIf").Output);
        Assert.Empty(session.Run(script + " -Force -WhatIf").Output);
        Assert.False(File.Exists(session.Folder.File("s.db")));
        session.Run("Import-LightningPaywall $paywalls", ("paywalls", Places.Vector("smoke/paywalls.json")));

        Assert.Equal("""{"global":{"stateId":"global","globalPause":false,"updatedAtMs":0},"ownerControls":[],"credentialRoles":[]}""", session.Run("Get-L402SecurityState | Export-Json").Text());
        Assert.Contains("What if:", session.Screen.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-All", "Add -Sync")]
    [InlineData("-StopCommand /bin/true", "Add -Sync")]
    [InlineData("-Sync -Gateway memory -StopCommand true", "absolute path")]
    [InlineData("-Sync -Gateway memory -StopCommand /no/such/program", "absolute path")]
    [InlineData("-Sync -Gateway memory -StopIfUnconfirmed", "Add -StopCommand")]
    [InlineData("-Sync -Gateway memory -CloseTimeoutSeconds 3", "Add -StopCommand")]
    public void A_parameter_of_the_last_resort_that_cannot_hold_is_an_error_before_anything_is_set(string parameters, string said)
    {
        session.Run(Local + NewStore + "Set-L402GlobalPause -Inactive -Force");

        var error = session.Run("Set-L402GlobalPause -Active -Force " + parameters).Error("ConfigError");

        Assert.Contains(said, error + " " + error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal("False", session.Run("(Get-L402SecurityState).Global.GlobalPause").Text());
    }

    [Theory]
    [InlineData("Set-L402GlobalPause -Active -Force")]
    [InlineData("Set-L402GlobalPause -Inactive -Force -Mode Local -StorePath other.db")]
    [InlineData("Set-L402OwnerKillSwitch o -Active -Force")]
    public void A_switch_in_a_store_that_does_not_exist_is_an_error_and_makes_none(string script)
    {
        Assert.Contains("store_not_found", session.Run(Local + script).Error("StoreError").ToString(), StringComparison.Ordinal);

        Assert.False(File.Exists(session.Folder.File("s.db")) || File.Exists(session.Folder.File("other.db")));
    }

    [Fact]
    public void A_pause_set_offline_is_pending_denies_and_is_said_by_every_command()
    {
        const string api = "$s = [Net.NetworkCredential]::new('', 's3cret').SecurePassword; Connect-LightningOps Api -ApiBaseUrl http://127.0.0.1:9 -Secret $s -StorePath s.db; ";
        session.Run(api + "Set-L402GlobalPause -Active -Force").Error("ControlPlaneTransportError");

        var set = session.Run("Set-L402GlobalPause -Active -Offline -Force -Reason stolen -WarningVariable w; $w");

        Assert.Empty(set.Errors);
        Assert.Contains(set.Output, static line => line.ToString().Contains("the global pause is pending", StringComparison.Ordinal));
        var gate = session.Run("(Test-L402Gate o).DenyReason; Get-L402SecurityState -WarningVariable w | Out-Null; $w");
        Assert.Equal("stolen", gate.Output[0].ToString());
        Assert.Contains(gate.Output, static line => line.ToString().StartsWith("Pending, set on this machine", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[IO.File]::WriteAllText(\"$PWD/s.db\", 'x' * 5000)")]
    [InlineData("Remove-Item s.db; $null = New-Item s.db -ItemType Directory")]
    public async Task A_pause_of_a_store_that_cannot_be_used_is_set_offline_closes_the_gateway_and_is_sent_once_it_can(string damage)
    {
        await using var up = new LoopbackServer(_ => Task.FromResult(Reply.Status(200)));
        const string local = "Connect-LightningOps Local -StorePath s.db; ";
        session.WithoutServices();
        Assert.Empty(session.Run(local + "Import-LightningPaywall $paywalls | Out-Null; Sync-ApertureConfig -Gateway file:aperture.yaml -Force -HealthUrl $up 3>$null | Out-Null; Copy-Item s.db good.db; " + damage, ("paywalls", Places.Vector("smoke/paywalls.json")), ("up", up.Url)).Errors);
        session.Run("Set-L402GlobalPause -Active -Sync -Gateway file:aperture.yaml -Force").Error("StoreError");
        Assert.DoesNotContain("127.0.0.1:0", Addresses(), StringComparison.Ordinal);

        var set = session.Run("Set-L402GlobalPause -Active -Offline -Sync -Gateway file:aperture.yaml -Force -Reason stolen");
        var gate = session.Run("(Test-L402Gate o).DenyReason");
        var sync = session.Run("Sync-ApertureConfig -Gateway file:aperture.yaml -Force");

        Assert.Contains(set.Warnings, static line => line.Contains("the global pause is pending", StringComparison.Ordinal));
        Assert.Equal(2, Addresses().Split("127.0.0.1:0").Length - 1);
        Assert.Equal("stolen", gate.Text());
        Assert.Contains(gate.Warnings, static line => line.StartsWith("Pending, set on this machine", StringComparison.Ordinal));
        Assert.NotEmpty(sync.Errors);
        var back = session.Run("Remove-Item s.db -Recurse; Copy-Item good.db s.db; (Get-L402SecurityState).Global.DenyReason; New-LightningPaywall a.example /a https://u.example -PriceSats 1 -PaywallId pw_a | Out-Null");
        Assert.Equal("stolen", back.Text());
        Assert.Empty(back.Errors);
        Assert.StartsWith("No longer pending", Assert.Single(back.Warnings, static line => line.Contains("pending", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    private string Addresses() => string.Join('\n', File.ReadAllLines(session.Folder.File("aperture.yaml")).Where(static line => line.TrimStart().StartsWith("address:", StringComparison.Ordinal)));

    [Fact]
    public void A_credential_role_is_rotated_activated_and_revoked_by_either_name()
    {
        var rotated = session.Run(Credentials + "'gateway_invoice' | Start-LightningOpsCredentialRotation -Fingerprint fp_1 -Note quarterly").Single();
        var active = session.Run("(Get-L402SecurityState).CredentialRoles | Enable-LightningOpsCredential").Single();
        var revoked = session.Run("Revoke-LightningOpsCredential GatewayInvoice -Force").Single();

        Assert.Equal(("rotating", 1L, "fp_1", "quarterly"), State(rotated));
        Assert.Equal(("active", 1L, "fp_1", "activated by " + Environment.UserName + "@" + Environment.MachineName), State(active));
        Assert.Equal(("revoked", 1L, null, "revoked by " + Environment.UserName + "@" + Environment.MachineName), State(revoked));
    }

    [Fact]
    public void An_activation_without_a_credential_here_is_warned_of() =>
        Assert.Contains("OA_LIGHTNING_OPS_CRED_OPERATOR_ADMIN", Assert.Single(session.Run(Local + "Enable-LightningOpsCredential OperatorAdmin").Warnings), StringComparison.Ordinal);

    [Theory]
    [InlineData(Local + NewStore + "Set-L402GlobalPause -Inactive -Force | Out-Null; Test-L402Gate o", "missing_credential_role", "Credentials")]
    [InlineData(Credentials + "Test-L402Gate o", "StoreError", "SecurityState")]
    [InlineData("$c = [Net.NetworkCredential]::new('', 'hunter2').SecurePassword; Connect-LightningOps Local -StorePath s.db -GatewayInvoiceCredential $c; " + NewStore + "Set-L402GlobalPause -Inactive -Force | Out-Null; Test-L402Gate o", "invalid_credential_role", "Credentials")]
    [InlineData(Credentials + "[IO.File]::WriteAllText(\"$PWD/s.db\", 'x' * 5000); Test-L402Gate o", "StoreError", "SecurityState")]
    [InlineData(Credentials + "Connect-LightningOps Api; Test-L402Gate o", "ConfigError", "SecurityState")]
    public void What_cannot_be_read_or_is_not_there_denies(string script, string code, string source)
    {
        var gate = session.Run(script).Single();

        Assert.Equal((false, code, source), (gate.Properties["Allowed"].Value, gate.Properties["DenyReasonCode"].Value, gate.Properties["Source"].Value.ToString()));
        Assert.DoesNotContain("hunter2", gate.ToString(), StringComparison.Ordinal);
        Assert.Equal("False", session.Run("Test-L402Gate o -Quiet").Text());
    }

    [Fact]
    public void A_control_plane_that_refuses_denies()
    {
        using var refusing = new RefusingServer();

        var outcome = session.Run("$s = [Net.NetworkCredential]::new('', 'hunter2').SecurePassword; Connect-LightningOps Api -Secret $s -ApiBaseUrl " + refusing.Url + "; Test-L402Gate o");

        var gate = outcome.Single();
        Assert.Equal((false, "ControlPlaneTransportError"), (gate.Properties["Allowed"].Value, gate.Properties["DenyReasonCode"].Value));
        Assert.DoesNotContain("hunter2", gate + string.Concat(outcome.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Set-L402GlobalPause -Active", "whether the global pause is set.")]
    [InlineData("Set-L402OwnerKillSwitch owner_7 -Inactive", "whether the kill switch of owner_7 is lifted.")]
    public async Task Who_stops_a_switch_in_flight_is_told_that_it_is_not_known_and_how_to_find_out(string command, string told)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var stalled = new LoopbackServer(_ =>
        {
            asked.TrySetResult();
            return Task.FromResult(Reply.Stall);
        });
        session.Run("$s = [Net.NetworkCredential]::new('', 'hunter2').SecurePassword; Connect-LightningOps Api -Secret $s -ApiBaseUrl " + stalled.Url);
        using (var shell = session.Prepare(command + " -Force"))
        {
            var running = shell.BeginInvoke();
            await asked.Task;
            shell.Stop();
            Assert.Throws<System.Management.Automation.PipelineStoppedException>(() => shell.EndInvoke(running));
        }

        Assert.Contains("It is not known " + told + " Check with Get-L402SecurityState -Mode Api", session.Screen.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Sync_closes_every_gateway_and_the_result_carries_both()
    {
        session.WithoutServices();
        session.Run(Local + "Import-LightningPaywall $paywalls | Out-Null; Sync-ApertureConfig -Gateway memory -Force", ("paywalls", Places.Vector("smoke/paywalls.json")));

        var result = session.Run("Set-L402GlobalPause -Active -Sync -Gateway memory, file:missing/aperture.yaml -Force");

        var synced = Assert.Single(result.Output);
        Assert.Equal((false, true), ((bool)synced.Properties["Ok"].Value, (bool)session.Run("$r.Global.GlobalPause", ("r", synced)).Single().BaseObject));
        Assert.Equal(["True", "False"], session.Run("$r.Gateways.Ok", ("r", synced)).Output.Select(static ok => ok.ToString()));
        var error = result.Error("GatewayNotClosed");
        Assert.Contains("The global pause IS set, but file:", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("NOT CLOSED yet", error.ToString(), StringComparison.Ordinal);
        Assert.Same(synced.BaseObject, error.TargetObject);
        Assert.Equal("True", session.Run("(Get-L402SecurityState).Global.GlobalPause").Text());
    }

    [Theory]
    [InlineData("Set-L402OwnerKillSwitch ' owner_news' -Active -Force")]
    [InlineData("Set-L402OwnerKillSwitch owner_news, \"owner_weather`t\" -Active -Force")]
    [InlineData("Test-L402Gate 'owner_news '")]
    [InlineData("Test-L402Gate ' ' -Quiet")]
    public void An_owner_with_white_space_around_the_id_is_refused(string command)
    {
        var outcome = session.Run("Connect-LightningOps -Mode Local -StorePath s.db; " + command);

        Assert.StartsWith("ParameterArgumentValidationError", Assert.Single(outcome.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Empty(outcome.Output);
        Assert.Empty(session.Run("(Get-L402SecurityState -Mode Local).OwnerControls").Output);
    }

    [Fact]
    public void The_switch_of_an_owner_nobody_knows_is_set_with_a_warning()
    {
        const string script = "Connect-LightningOps -Mode Local -StorePath s.db; Import-LightningPaywall $paywalls | Out-Null; 'owner_new', 'owner_news' | Set-L402OwnerKillSwitch ";

        var killed = session.Run(script + "-Active -Force", ("paywalls", Places.Vector("smoke/paywalls.json")));
        var released = session.Run(script + "-Inactive -Force", ("paywalls", Places.Vector("smoke/paywalls.json")));

        Assert.Equal(2, killed.Output.Count);
        Assert.StartsWith("The kill switch of owner_new is set, but", Assert.Single(killed.Warnings), StringComparison.Ordinal);
        Assert.Empty(released.Warnings);
    }

    [Fact]
    public void Sync_of_kill_switches_rolls_out_once_after_all_are_set()
    {
        session.WithoutServices();
        const string script = Local + "Import-LightningPaywall $paywalls | Out-Null; Get-LightningPaywall | Set-L402OwnerKillSwitch -Active -Sync -Gateway memory -Force";

        var result = session.Run(script, ("paywalls", Places.Vector("smoke/paywalls.json"))).Single();

        Assert.Equal(["owner_news", "owner_weather"], session.Run("$r.Owners.OwnerId", ("r", result)).Output.Select(static owner => owner.ToString()).Order(StringComparer.Ordinal));
        Assert.Single(session.Run("Get-L402Deployment").Output);
    }

    [Theory]
    [InlineData("-Gateway memory", "Gateway")]
    [InlineData("-ChallengeUrl http://localhost:1", "ChallengeUrl")]
    [InlineData("-Sync", "Gateway")]
    [InlineData("-Sync -Gateway nonsense:", "Gateway")]
    [InlineData("-Sync -Gateway memory -Format RouteDocument", "Format")]
    public void A_gateway_that_cannot_be_used_is_refused_before_anything_is_set(string parameters, string field)
    {
        session.Run(Local + NewStore + "Set-L402GlobalPause -Inactive -Force");

        Assert.Equal(field, session.Run("Set-L402GlobalPause -Active -Force " + parameters).Error("ConfigError").TargetObject);

        Assert.Equal("False", session.Run("(Get-L402SecurityState).Global.GlobalPause").Text());
    }

    [Fact]
    public void The_local_smoke_leaves_the_operators_store_as_it_was()
    {
        session.Run(Local + NewStore + "Set-L402GlobalPause -Active -Reason real -UpdatedBy alice -Force; Start-LightningOpsCredentialRotation GatewayInvoice -Fingerprint fp_real");
        var before = session.Run("Get-L402SecurityState | Export-Json").Text();

        Assert.Equal(File.ReadAllText(Places.Vector("smoke/security.json")).Trim(), session.Run("Invoke-L402Smoke Security | Export-Json").Text());

        Assert.Equal(before, session.Run("Get-L402SecurityState | Export-Json").Text());
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(session.Folder.Path), static entry => Path.GetFileName(entry).StartsWith(".scratch", StringComparison.Ordinal));
    }

    [Fact]
    public void The_mock_smoke_gives_the_recorded_output() =>
        Assert.Equal(File.ReadAllText(Places.Vector("smoke/security.json")).Trim(), session.Run("Invoke-L402Smoke Security -Mode Mock | Export-Json").Text());

    [Fact]
    public void Roles_and_owners_complete()
    {
        session.Run(Local + "Import-LightningPaywall $paywalls | Out-Null", ("paywalls", Places.Vector("smoke/paywalls.json")));

        Assert.Equal("GatewayInvoice OperatorAdmin SettlementRead", Completions("Revoke-LightningOpsCredential -Role "));
        Assert.Equal("owner_news owner_weather", Completions("Test-L402Gate -OwnerId o"));
        Assert.Equal("owner_weather", Completions("Set-L402OwnerKillSwitch -OwnerId owner_w"));
    }

    private string Completions(string line) => session.Run($"[string](TabExpansion2 '{line}' {line.Length}).CompletionMatches.CompletionText").Text();

    private static (string Status, long Version, string? Fingerprint, string? Note) State(PSObject role) =>
        (role.Properties["Status"].Value.ToString()!, (long)role.Properties["Version"].Value, (string?)role.Properties["Fingerprint"].Value, (string?)role.Properties["Note"].Value);
}
