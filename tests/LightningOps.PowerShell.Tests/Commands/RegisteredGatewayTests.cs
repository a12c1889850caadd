using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Runtime.Versioning;
using System.Threading.Tasks;
using LightningOps.PowerShell.Tests.Hosting;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

/// <summary>Gateways by name: what is registered is what a command uses, and a secret goes where it was registered for.</summary>
public sealed class RegisteredGatewayTests : IAsyncDisposable
{
    private const string Paywalls = "Get-LightningPaywall -Mode Mock | Import-LightningPaywall -StorePath s.db | Out-Null; ";
    private const string Local = " -Mode Local -StorePath s.db ";
    private readonly string name = "g" + Guid.NewGuid().ToString("N")[..12];
    private readonly ModuleSession session = new();
    private readonly LoopbackServer one = new(Answer);
    private readonly LoopbackServer two = new(Answer);

    public RegisteredGatewayTests()
    {
        Write("one.macaroon", "0201036c6e64", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Write("two.macaroon", "0201036c6e65", UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public async ValueTask DisposeAsync()
    {
        session.Run("Unregister-L402Gateway $n", ("n", name));
        session.Dispose();
        await one.DisposeAsync();
        await two.DisposeAsync();
    }

    [Fact]
    public void A_gateway_is_registered_read_changed_and_unregistered()
    {
        var made = Run("Register-L402Gateway $n admin $one -Macaroon file:one.macaroon -ChallengeUrl $two -Payer mock -Network regtest -PassThru").Single();
        Assert.Equal((name, "admin", "regtest", "mock"), (made.Properties["Name"].Value, made.Properties["Kind"].Value, made.Properties["Network"].Value, made.Properties["Payer"].Value));

        Assert.Equal("signet", Run("Set-L402Gateway $n.ToUpper() -Network signet -PassThru | ForEach-Object Network").Text());
        Assert.Equal(two.Url, Run("(Get-L402Gateway $n).Endpoints[0].ChallengeUrl").Text());
        Assert.Equal("True", Run("Set-L402Gateway $n -ChallengeUrl $null; ($null -eq (Get-L402Gateway $n).Endpoints[0].ChallengeUrl).ToString()").Text());

        Assert.Empty(Run("Unregister-L402Gateway $n").Errors);
        Run("Get-L402Gateway $n").Error("GatewayNotRegistered");
        Run("Set-L402Gateway $n -Network signet").Error("GatewayNotRegistered");
        Run("Unregister-L402Gateway $n").Error("GatewayNotRegistered");
    }

    [Fact]
    public void A_name_stands_for_the_hashtable_with_a_macaroon_for_each_endpoint()
    {
        Run("Register-L402Gateway $n admin $one, $two -Macaroon file:one.macaroon, file:two.macaroon");

        var drift = Run(Paywalls + "Test-ApertureDrift" + Local + "-AllowMissingFeatures -Gateway $n").Single();

        Assert.Equal("aperture:" + one.Url + "," + two.Url, drift.Properties["Gateway"].Value);
        Assert.Equal(["0201036c6e64"], Macaroons(one));
        Assert.Equal(["0201036c6e65"], Macaroons(two));
    }

    [Theory]
    [InlineData("$n")]
    [InlineData("(Get-L402Gateway $n)")]
    public void Every_command_with_a_gateway_accepts_the_name(string gateway)
    {
        Run("Register-L402Gateway $n memory");

        Assert.Equal("memory", Run("Test-ApertureDrift -Mode Mock -Gateway " + gateway).Single().Properties["Gateway"].Value);
        Assert.Equal("memory", Run("Get-L402Gateway $n | Test-ApertureDrift -Mode Mock").Single().Properties["Gateway"].Value);
        Assert.Equal("memory", Run("Sync-ApertureConfig -Mode Mock -Force -Gateway " + gateway).Single().Properties["Gateway"].Value);
        Assert.Equal(true, Run("Invoke-L402Smoke Staging -Mode Mock -Confirm:$false -Gateway " + gateway).Single().Properties["Ok"].Value);
        Assert.Empty(Run("Set-L402GlobalPause -Active -Sync -Mode Mock -Force -Gateway " + gateway).Errors);
        Assert.Empty(Run("Set-L402OwnerKillSwitch owner_1 -Active -Sync -Mode Mock -Force -Gateway " + gateway).Errors);
        Assert.Contains("is not a gateway", Run("Test-ApertureDrift -Mode Mock -Gateway $n'x'").Error("ConfigError").Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_import_asks_the_gateway_that_a_name_stands_for()
    {
        Run("Register-L402Gateway $n admin $one -Macaroon file:one.macaroon");

        Run(Paywalls + "Import-L402Settlement" + Local + "-Gateway $n");

        Assert.Equal(["0201036c6e64"], Macaroons(one));
    }

    [Theory]
    [InlineData("ops")]
    [InlineData("Memory")]
    [InlineData("aperture")]
    [InlineData("file")]
    [InlineData("admin:x")]
    [InlineData("a b")]
    [InlineData("*")]
    [InlineData("-x")]
    public void A_name_that_could_be_mistaken_for_a_kind_or_an_address_is_refused(string bad)
    {
        var error = session.Run("Register-L402Gateway -Name $bad -Kind memory", ("bad", bad)).Error("ConfigError");

        Assert.Equal("Name", error.TargetObject);
        Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
    }

    [Theory]
    [InlineData("admin", "-Endpoint https://u:p@h:1", "Endpoint")]
    [InlineData("admin", "-Endpoint h", "Endpoint")]
    [InlineData("admin", "", "Endpoint")]
    [InlineData("admin", "-Endpoint https://h:1 -ReloadCommand /bin/true", "ReloadCommand")]
    [InlineData("admin", "-Endpoint https://h:1, https://h:2 -Macaroon env:OA_LIGHTNING_A, env:OA_LIGHTNING_B, env:OA_LIGHTNING_C", "Macaroon")]
    [InlineData("admin", "-Endpoint https://h:1 -Macaroon env:PATH", "Macaroon")]
    [InlineData("admin", "-Endpoint https://h:1 -Payer bank", "Payer")]
    [InlineData("admin", "-Endpoint https://h:1 -LndMacaroonPath one.macaroon", "LndMacaroonPath")]
    [InlineData("file", "-Endpoint a.yaml, b.yaml", "Endpoint")]
    [InlineData("file", "-Endpoint a.yaml -StopCommand systemctl, stop, aperture", "StopCommand")]
    [InlineData("memory", "-Endpoint https://h:1", "Endpoint")]
    [InlineData("memory", "-CertificateFingerprint zz", "CertificateFingerprint")]
    [InlineData("memory", "-ProxyUrl https://h:1", "ProxyUrl")]
    [InlineData("admin", "-Endpoint https://h:1 -CertificateFingerprint zz", "CertificateFingerprint")]
    [InlineData("file", "-Endpoint a.yaml -CertificateFingerprint ('ab' * 31)", "CertificateFingerprint")]
    public void A_registration_that_cannot_be_used_is_refused_by_its_member_and_nothing_is_written(string kind, string parameters, string member)
    {
        var error = Run("Register-L402Gateway $n " + kind + " " + parameters).Error("ConfigError");

        Assert.Equal(member, error.TargetObject);
        Run("Get-L402Gateway $n").Error("GatewayNotRegistered");
    }

    [Fact]
    public void A_macaroon_itself_is_refused_and_never_repeated()
    {
        var error = Run("Register-L402Gateway $n admin https://h:1 -Macaroon 0201036c6e64deadbeef").Error("ConfigError");

        Assert.DoesNotContain("deadbeef", error.Exception.Message + error.ErrorDetails.Message + error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void A_registered_name_is_not_taken_twice_without_Force()
    {
        Run("Register-L402Gateway $n memory");

        Assert.Contains("already registered", Run("Register-L402Gateway $n memory").Error("ConfigError").Exception.Message, StringComparison.Ordinal);
        Assert.Equal("admin", Run("Register-L402Gateway $n admin https://h:1 -Force -PassThru | ForEach-Object Kind").Text());
    }

    [Fact]
    public void Secrets_come_from_a_variable_and_stay_out_of_the_file_and_the_output()
    {
        var variable = "OA_LIGHTNING_TEST_" + name.ToUpperInvariant();
        Environment.SetEnvironmentVariable(variable, "0201036c6e66");
        Run("Register-L402Gateway $n admin $one -Macaroon env:" + variable);

        var drift = Run(Paywalls + "Test-ApertureDrift -Verbose" + Local + "-AllowMissingFeatures -Gateway $n");

        Environment.SetEnvironmentVariable(variable, null);
        Assert.Equal(["0201036c6e66"], Macaroons(one));
        Assert.DoesNotContain("0201036c6e66", File.ReadAllText(RegistryPath) + string.Join(' ', drift.Verbose) + session.Show("Get-L402Gateway $n | Format-List *", ("n", name)), StringComparison.Ordinal);
        var missing = Run("Test-ApertureDrift" + Local + "-Gateway $n").Error("GatewaySecretUnavailable");
        Assert.Equal("env:" + variable, missing.TargetObject);
    }

    [Theory]
    [InlineData("vault:ops/aperture", "Microsoft.PowerShell.SecretManagement", "function Get-Secret { param($Vault, $Name) if ($Vault -eq 'ops' -and $Name -eq 'aperture') { ConvertTo-SecureString 0201036c6e67 -AsPlainText -Force } else { throw 'no such secret' } }")]
    [InlineData("vault:ops/aperture", "Microsoft.PowerShell.SecretManagement", "function Get-Secret { param($Vault, $Name) '0201036c6e67' }")]
    [InlineData("keyvault:ops/aperture", "Az.KeyVault", "function Get-AzKeyVaultSecret { param($VaultName, $Name) [pscustomobject]@{ VaultName = $VaultName; SecretValue = (ConvertTo-SecureString 0201036c6e67 -AsPlainText -Force) } }")]
    public void Secrets_come_from_a_vault_where_its_module_is_found(string reference, string module, string code)
    {
        Run("Register-L402Gateway $n admin $one -Macaroon " + reference);
        Assert.Contains(module + " is not installed", Run(Paywalls + "Test-ApertureDrift" + Local + "-Gateway $n").Error("GatewaySecretUnavailable").Exception.Message, StringComparison.Ordinal);

        var folder = Directory.CreateDirectory(session.Folder.File(module)).FullName;
        File.WriteAllText(Path.Combine(folder, module + ".psm1"), code);
        Run("Import-Module ./" + module + "; Test-ApertureDrift" + Local + "-AllowMissingFeatures -Gateway $n");

        Assert.Equal(["0201036c6e67"], Macaroons(one));
    }

    [Fact]
    public void A_vault_that_has_no_such_secret_is_an_error_that_names_it()
    {
        var folder = Directory.CreateDirectory(session.Folder.File("Microsoft.PowerShell.SecretManagement")).FullName;
        File.WriteAllText(Path.Combine(folder, "Microsoft.PowerShell.SecretManagement.psm1"), "function Get-Secret { param($Vault, $Name) throw 'the vault is locked' }");
        Run("Import-Module ./Microsoft.PowerShell.SecretManagement; Register-L402Gateway $n admin $one -Macaroon vault:ops/aperture");

        var error = Run(Paywalls + "Test-ApertureDrift" + Local + "-Gateway $n").Error("GatewaySecretUnavailable");

        Assert.Contains("vault:ops/aperture was not returned by Microsoft.PowerShell.SecretManagement: the vault is locked", error.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(one.Requests);
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public void A_file_of_a_secret_that_others_may_read_is_refused_by_path_owner_and_mode()
    {
        var path = Write("open.macaroon", "0201036c6e64", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        var message = Run("Register-L402Gateway $n admin $one -Macaroon file:open.macaroon").Error("FileNotTrusted").Exception.Message;
        Assert.Contains(path + " is not read", message, StringComparison.Ordinal);
        Assert.Contains("mode 0604", message, StringComparison.Ordinal);

        Run("Register-L402Gateway $n admin $one -Macaroon file:one.macaroon");
        File.SetUnixFileMode(session.Folder.File("one.macaroon"), UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Run(Paywalls + "Test-ApertureDrift" + Local + "-Gateway $n").Error("FileNotTrusted");
        Assert.Empty(one.Requests);
    }

    [Theory]
    [InlineData("Set-L402Gateway $n -Endpoint $two")]
    [InlineData("Set-L402Gateway $n -CertificateFingerprint ('ab' * 32)")]
    public void A_secret_whose_address_or_certificate_has_changed_is_not_sent_without_consent(string change)
    {
        Run("Register-L402Gateway $n admin $one -Macaroon file:one.macaroon");
        Run(change);

        Assert.Equal(name, Run(Paywalls + "Sync-ApertureConfig -Confirm:$false" + Local + "-AllowMissingFeatures -Gateway $n").Error("GatewaySecretMoved").TargetObject);
        Run("Test-ApertureDrift" + Local + "-AllowMissingFeatures -Gateway $n").Error("GatewaySecretMoved");
        session.Screen.Answer = 1;
        Run("Test-ApertureDrift" + Local + "-AllowMissingFeatures -Gateway $n").Error("GatewaySecretMoved");
        Assert.Empty(one.Requests.Concat(two.Requests));
    }

    [Theory]
    [InlineData("Test-ApertureDrift", true)]
    [InlineData("Sync-ApertureConfig -Force", false)]
    public void Consent_or_Force_sends_it_and_a_new_registration_binds_it(string command, bool asks)
    {
        Run("Register-L402Gateway $n admin $one -Macaroon file:one.macaroon; Set-L402Gateway $n -Endpoint $two");
        session.Screen.Answer = asks ? 0 : null;
        Run(Paywalls + command + Local + "-AllowMissingFeatures -Gateway $n");
        Assert.Equal(["0201036c6e64"], Macaroons(two));

        session.Screen.Answer = null;
        Run("Set-L402Gateway $n -Macaroon file:two.macaroon");
        Assert.Empty(Run("Test-ApertureDrift" + Local + "-AllowMissingFeatures -Gateway $n").Errors.Where(static error => error.FullyQualifiedErrorId.StartsWith("GatewaySecretMoved", StringComparison.Ordinal)));
        Assert.Contains("0201036c6e65", Macaroons(two));
    }

    [Fact]
    public void A_close_goes_on_with_the_others_where_a_secret_has_moved()
    {
        Run("Register-L402Gateway $n admin $one -Macaroon file:one.macaroon; Set-L402Gateway $n -Endpoint $two");
        var file = session.WithoutServices();

        var outcome = Run(Paywalls + "Set-L402GlobalPause -Active -Sync -Confirm:$false" + Local + "-Gateway $n, file:aperture.yaml");

        Assert.Contains(outcome.Errors, error => error.FullyQualifiedErrorId.StartsWith("GatewayNotClosed", StringComparison.Ordinal) && error.Exception.Message.Contains(name, StringComparison.Ordinal));
        Assert.Equal(2, ((System.Collections.ICollection)outcome.Output.Single().Properties["Gateways"].Value).Count);
        Assert.True(File.Exists(file));
        Assert.Empty(two.Requests);
    }

    [UnixFact]
    public void A_reload_command_of_a_registered_gateway_is_run()
    {
        session.WithoutServices();
        var script = Script("reload.sh");
        Run("Register-L402Gateway $n file aperture.yaml -ReloadCommand $s", ("s", script));

        Run(Paywalls + "Sync-ApertureConfig -Force" + Local + "-Gateway $n");

        Assert.True(File.Exists(script + ".ran"));
    }

    [UnixTheory]
    [InlineData(UnixFileMode.OtherWrite, "0702")]
    [InlineData(UnixFileMode.GroupWrite, "0720")]
    [UnsupportedOSPlatform("windows")]
    public void Commands_from_a_file_others_can_write_are_refused_each_time(UnixFileMode open, string mode)
    {
        session.WithoutServices();
        var script = Script("reload.sh");
        Run("Register-L402Gateway $n file aperture.yaml -ReloadCommand $s", ("s", script));
        File.SetUnixFileMode(script, File.GetUnixFileMode(script) | open);

        var error = Run(Paywalls + "Sync-ApertureConfig -Force" + Local + "-Gateway $n").Error("FileNotTrusted");

        Assert.Equal((script, ErrorCategory.SecurityError), (error.TargetObject, error.CategoryInfo.Category));
        Assert.Contains(script + " is not run", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("owner ", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("mode " + mode, error.Exception.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(script + ".ran"));
        Run("Set-L402Gateway $n -StopCommand $s", ("s", script)).Error("FileNotTrusted");
        Run("Set-L402Gateway $n -DrainCommand /bin/sh, $s", ("s", script)).Error("FileNotTrusted");
    }

    [UnixFact]
    public void A_command_is_never_found_in_the_current_folder()
    {
        var script = Script("reload.sh");
        session.WithoutServices();

        Assert.Equal("ReloadCommand", Run("Register-L402Gateway $n file aperture.yaml -ReloadCommand reload.sh").Error("ConfigError").TargetObject);
        Assert.Equal("ReloadCommand", Run("Register-L402Gateway $n file aperture.yaml -ReloadCommand ./reload.sh").Error("ConfigError").TargetObject);
        Assert.False(File.Exists(script + ".ran"));
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public void A_stop_command_of_a_registration_takes_down_a_gateway_that_goes_on_selling_only_from_a_trusted_file()
    {
        session.WithoutServices();
        var script = Script("stop.sh");
        Run("Register-L402Gateway $n file aperture.yaml -StopCommand $s", ("s", script));

        Run(Paywalls + "Set-L402GlobalPause -Active -Sync -Force -CloseTimeoutSeconds 0 -StopIfUnconfirmed" + Local + "-Gateway $n");
        Assert.True(File.Exists(script + ".ran"));

        File.Delete(script + ".ran");
        File.SetUnixFileMode(script, File.GetUnixFileMode(script) | UnixFileMode.OtherWrite);
        var refused = Run("Set-L402GlobalPause -Active -Sync -Force -CloseTimeoutSeconds 0 -StopIfUnconfirmed" + Local + "-Gateway $n");
        Assert.False(File.Exists(script + ".ran"));
        Assert.Contains(refused.Warnings.Concat(refused.Errors.Select(static error => error.Exception.Message)), text => text.Contains(script + " is not run", StringComparison.Ordinal) && text.Contains("mode 0702", StringComparison.Ordinal));
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_registered_stop_command_takes_nobody_down_for_the_switch_of_one_owner_and_one_of_the_call_does()
    {
        await using var up = new LoopbackServer(_ => Task.FromResult(Reply.Status(200)));
        session.WithoutServices();
        var script = Script("stop.sh");
        Run("Register-L402Gateway $n file aperture.yaml -StopCommand $s", ("s", script));
        var stop = "Set-L402OwnerKillSwitch owner_news -Active -Sync -Force" + Local + "-Gateway $n ";

        Run(Paywalls + "Sync-ApertureConfig -Force" + Local + "-Gateway $n -HealthUrl $up", ("up", up.Url));
        Run(stop).Error("GatewayNotClosed");
        Run(stop + "-StopIfUnconfirmed -CloseTimeoutSeconds 0").Error("ConfigError");
        Assert.False(File.Exists(script + ".ran"));

        Run(stop + "-StopIfUnconfirmed -CloseTimeoutSeconds 0 -StopCommand $s");
        Assert.True(File.Exists(script + ".ran"));
    }

    [Fact]
    public void A_question_names_gateway_and_network()
    {
        session.WithForeignService();
        Run("Register-L402Gateway $n file aperture.yaml -Network signet");
        session.Screen.Answer = 1;

        session.Screen.Clear();
        Run(Paywalls + "Sync-ApertureConfig -Prune -Confirm" + Local + "-Gateway $n");
        Assert.Contains("gateway " + name, session.Screen.Text, StringComparison.Ordinal);
        Assert.Contains("signet as registered", session.Screen.Text.ReplaceLineEndings(" "), StringComparison.Ordinal);

        session.Screen.Clear();
        Run("Set-L402GlobalPause -Active -Sync -Confirm" + Local + "-Gateway file:aperture.yaml");
        Assert.Contains("gateway " + name, session.Screen.Text, StringComparison.Ordinal);

        session.Screen.Clear();
        session.WithoutServices("other.yaml");
        Run("Set-L402GlobalPause -Active -Sync -Confirm" + Local + "-Gateway file:other.yaml");
        Assert.Contains("network not known", session.Screen.Text.ReplaceLineEndings(" "), StringComparison.Ordinal);

        session.Screen.Clear();
        Run("Unregister-L402Gateway $n -Confirm");
        Assert.Contains(name, session.Screen.Text, StringComparison.Ordinal);
        Assert.Contains("signet", session.Screen.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sync-ApertureConfig -Gateway ")]
    [InlineData("Get-L402Gateway ")]
    [InlineData("Unregister-L402Gateway ")]
    public void A_name_is_completed(string command)
    {
        Run("Register-L402Gateway $n memory");

        var offered = session.Run("[System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches.CompletionText", ("line", command + name[..8]));

        Assert.Equal([name], offered.Output.Select(static text => text.ToString()));
    }

    [Fact]
    public async Task Parallel_runspaces_and_other_processes_see_the_same_names()
    {
        Run("Register-L402Gateway $n memory");

        var ask = "Import-Module '" + Places.Manifest + "'; (Test-ApertureDrift -Mode Mock -Gateway " + name + ").Gateway";
        var parallel = Run("1..3 | ForEach-Object -Parallel { " + ask + " }");
        var other = await ShellProcess.RunAsync("-Command", ask);

        Assert.Equal(["memory", "memory", "memory"], parallel.Output.Select(static gateway => gateway.ToString()));
        Assert.Equal("memory", other.Output.Trim());
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public void The_file_is_for_its_account_only()
    {
        Run("Register-L402Gateway $n memory");

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(RegistryPath));
    }

    private static string RegistryPath => Path.Combine(Environment.GetEnvironmentVariable(OwnHome.Variable)!, "lightningops", "registered-gateways.json");

    private PipelineOutcome Run(string script, params (string Name, object? Value)[] variables) =>
        session.Run(script, [("n", name), ("one", one.Url), ("two", two.Url), .. variables]);

    private string Write(string file, string content, UnixFileMode mode)
    {
        var path = session.Folder.File(file);
        File.WriteAllText(path, content);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }

        return path;
    }

    private string Script(string file)
    {
        var path = session.Folder.File(file);
        return Write(file, "#!/bin/sh\ntouch '" + path + ".ran'\n", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static string[] Macaroons(LoopbackServer server) => server.Requests.Select(static request => request.Headers.GetValueOrDefault("grpc-metadata-macaroon")).OfType<string>().Distinct().ToArray();

    private static Task<Reply> Answer(RecordedRequest request) => Task.FromResult(request.Method == "GET" ? Reply.Json("{\"services\":[]}") : Reply.Status(500));
}
