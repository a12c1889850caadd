using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using LightningOps.PowerShell.Tests.Hosting;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

public sealed class ContextTests : IDisposable
{
    private const string Hidden = "correct-horse-battery-staple";
    private const string WithSecret = "$s = [Net.NetworkCredential]::new('', '" + Hidden + "').SecurePassword; ";

    private readonly ModuleSession session = new();

    public void Dispose() => session.Dispose();

    [Fact]
    public void A_parameter_beats_the_file_and_each_setting_tells_its_source()
    {
        File.WriteAllText(session.Folder.File(".env"), $"OA_LIGHTNING_OPS_SECRET={Hidden}\nOA_LIGHTNING_OPS_API_BASE_URL=https://file.example\nOA_LIGHTNING_OPS_CONVEX_URL=https://convex.example\n");

        var context = session.Run("Connect-LightningOps -Mode Api -ApiBaseUrl https://parameter.example -EnvironmentFile .env -PassThru").Single();

        Assert.Equal("https://parameter.example", context.Properties["ApiBaseUrl"].Value);
        Assert.Equal("https://convex.example", context.Properties["ConvexUrl"].Value);
        Assert.Equal("set", context.Properties["Secret"].Value);
        Assert.Equal("EnvironmentFile", context.Properties["SecretSource"].Value.ToString());
    }

    [Fact]
    public void A_secret_is_shown_nowhere()
    {
        var script = WithSecret + "Connect-LightningOps -Mode Api -ApiBaseUrl http://127.0.0.1:1 -Secret $s -GatewayOpsToken $s -PassThru -Verbose 4>&1 | Out-Default; "
            + "(Get-LightningOpsContext).Settings | Out-Default; Get-LightningOpsContext | Export-Json; Get-LightningOpsContext | Out-Default";

        var outcome = session.Run(script);

        Assert.DoesNotContain(Hidden, session.Screen.Text + outcome.Text(), StringComparison.Ordinal);
        Assert.Contains("set (Parameter)", session.Screen.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_setting_is_named_with_its_remedy()
    {
        var error = session.Run("Connect-LightningOps -Mode Convex -ConvexUrl https://convex.example -EnvironmentFile .env; Get-LightningPaywall").Errors[0];

        Assert.Equal("FileNotFound", error.FullyQualifiedErrorId.Split(',')[0]);
    }

    [Fact]
    public void A_url_that_is_not_http_is_refused() =>
        Assert.Equal("ApiBaseUrl", session.Run("Connect-LightningOps -ApiBaseUrl ops.example").Error("ConfigError").TargetObject);

    [Fact]
    public void Disconnect_forgets_everything()
    {
        var context = session.Run(WithSecret + "Connect-LightningOps -Mode Local -StorePath s.db -Secret $s; Disconnect-LightningOps; Get-LightningOpsContext").Single();

        Assert.NotEqual("Parameter", context.Properties["SecretSource"].Value.ToString());
        Assert.NotEqual("local", context.Properties["Mode"].Value);
    }

    [Fact]
    public void Disconnect_leaves_no_secret_of_another_context_and_no_other_control_plane()
    {
        var context = session.Run(
            WithSecret + "Connect-LightningOps -Mode Api -ApiBaseUrl https://ops.example -Secret $s; Connect-LightningOps -Mode Local -StorePath s.db -Context other; "
            + "Select-LightningOpsContext other; Disconnect-LightningOps; Get-LightningOpsContext").Single();

        Assert.NotEqual("Parameter", context.Properties["SecretSource"].Value.ToString());
        Assert.NotEqual("https://ops.example", context.Properties["ApiBaseUrl"].Value);
        Assert.Single(session.Run("Get-LightningOpsContext -ListAvailable").Output);
    }

    [Fact]
    public void A_path_means_the_same_in_a_file_a_parameter_and_a_variable()
    {
        File.WriteAllText(session.Folder.File("tilde.env"), "OA_LIGHTNING_OPS_STORE=~/x.db\n");
        File.WriteAllText(session.Folder.File("relative.env"), "OA_LIGHTNING_OPS_STORE=sub/x.db\n");
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

        Assert.Equal(Path.Combine(home, "x.db"), StoreAfter("Connect-LightningOps -EnvironmentFile tilde.env"));
        Assert.Equal(Path.Combine(home, "x.db"), StoreAfter("Connect-LightningOps -StorePath ~/x.db"));
        Assert.Equal(session.Folder.File(Path.Combine("sub", "x.db")), StoreAfter("Connect-LightningOps -EnvironmentFile relative.env"));
        Assert.Equal(session.Folder.File(Path.Combine("sub", "x.db")), StoreAfter("Connect-LightningOps -StorePath sub/x.db"));
    }

    [Fact]
    public void A_misspelt_variable_of_a_file_warns_with_the_nearest_name()
    {
        File.WriteAllText(session.Folder.File("typo.env"), "OA_LIGHTNING_OPS_DAILY_BUDGET_MSAT=1500\nOA_LIGHTNING_WALLET_EXECUTOR_BASE_URL=http://127.0.0.1:19402\nOA_LIGHTNING_OPS_MAX_SPEND_MSATS=5000\n");

        var warning = Assert.Single(session.Run("Connect-LightningOps -EnvironmentFile typo.env").Warnings);

        Assert.Contains("OA_LIGHTNING_OPS_DAILY_BUDGET_MSAT ", warning, StringComparison.Ordinal);
        Assert.Contains("OA_LIGHTNING_OPS_DAILY_BUDGET_MSATS?", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_terminal_would_obey_in_an_error_body_reaches_no_error_and_no_warning_as_it_is()
    {
        await using var hostile = new LoopbackServer(static _ => Task.FromResult(Reply.Json("{\"ok\":false,\"error\":\"\\u001b[2Jgone\\rOK \\u202efdp\\u009b31m\"}")));

        var outcome = session.Run("$s = [Net.NetworkCredential]::new('', 's3cret').SecurePassword; Connect-LightningOps Api -ApiBaseUrl $url -Secret $s -StorePath s.db; Get-LightningPaywall; Set-L402GlobalPause -Active -Offline -Force", ("url", hostile.Url));

        var texts = outcome.Errors.SelectMany(static error => new[] { error.ToString(), error.Exception.Message, error.ErrorDetails?.RecommendedAction ?? string.Empty }).Concat(outcome.Warnings).ToArray();
        Assert.Contains(texts, static text => text.Contains("gone", StringComparison.Ordinal));
        Assert.All(texts, static text => Assert.DoesNotContain(text, static letter => letter is '\u001b' or '\r' or '\u202e' or '\u009b'));
    }

    [Fact]
    public void What_a_terminal_would_obey_reaches_no_warning_and_no_error_as_it_is()
    {
        File.WriteAllText(session.Folder.File("typo.env"), "OA_LIGHTNING_OPS_SECRET=x\n");

        var error = session.Run("Connect-LightningOps -EnvironmentFile typo.env -ApiBaseUrl \"http://\u202eevil\u001b]0;owned\u0007\"; Get-LightningPaywall \"pw_`e[2J\" -Mode Mock").Errors[^1];

        Assert.DoesNotContain('\u001b', error.ToString());
    }

    [Fact]
    public void The_store_in_use_is_shown_also_where_nobody_named_one() =>
        Assert.EndsWith("store.db", session.Run("Get-LightningOpsContext").Single().Properties["StorePath"].Value.ToString(), StringComparison.Ordinal);

    private string StoreAfter(string connect) => (string)session.Run(connect + "; Get-LightningOpsContext").Single().Properties["StorePath"].Value;

    [Fact]
    public void Each_session_has_a_context_of_its_own()
    {
        using var other = new ModuleSession();
        session.Run("Connect-LightningOps -Mode Mock");

        Assert.NotEqual("mock", other.Run("Get-LightningOpsContext").Single().Properties["Mode"].Value);
        Assert.Equal(2, session.Run("Get-LightningPaywall").Output.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_context_from_another_process_has_the_same_store_at_every_depth(int depth)
    {
        using var other = new ModuleSession();
        var xml = session.Run("Connect-LightningOps Local -StorePath 'live (1) = a.db' -Context work; [System.Management.Automation.PSSerializer]::Serialize((Get-LightningOpsContext -Context work), " + depth + ")").Single();

        var there = other.Run("$c = [System.Management.Automation.PSSerializer]::Deserialize(@'\n" + xml + "\n'@); Get-LightningOpsContext -Context $c; Set-LightningOpsContext $c; Get-LightningOpsContext");

        Assert.Empty(there.Errors);
        Assert.Equal(3, there.Output.Count);
        Assert.All(there.Output, one =>
        {
            Assert.Equal("local", one.Properties["Mode"].Value);
            Assert.Equal(session.Folder.File("live (1) = a.db"), one.Properties["StorePath"].Value);
        });
    }

    [Fact]
    public void A_default_store_of_another_process_stays_that_store()
    {
        var xml = session.Run("[System.Management.Automation.PSSerializer]::Serialize((Get-LightningOpsContext), 1)").Single().ToString();
        var path = session.Run("(Get-LightningOpsContext).StorePath").Single().ToString();

        var there = session.Run("Get-LightningOpsContext -Context ([System.Management.Automation.PSSerializer]::Deserialize(@'\n" + xml.Replace(path, "/srv/other/store.db", StringComparison.Ordinal) + "\n'@))").Single();

        Assert.Equal("/srv/other/store.db", there.Properties["StorePath"].Value);
    }

    [Theory]
    [InlineData("N=\"Name\">StorePath<", "N=\"Title\">StorePath<", "cannot be read")]
    [InlineData("N=\"Name\">StorePath<", "N=\"Name\">ShopPath<", "cannot be read")]
    [InlineData("N=\"Name\">StorePath<", "N=\"Name\">Mode<", "StorePath is missing")]
    [InlineData("https://ops.example.com", "https://***@ops.example.com", "ApiBaseUrl holds a password")]
    public void A_context_that_lost_a_setting_on_its_way_is_refused(string text, string lost, string reason)
    {
        var xml = session.Run("Connect-LightningOps Local -StorePath live.db -ApiBaseUrl https://ops.example.com -Context work; [System.Management.Automation.PSSerializer]::Serialize((Get-LightningOpsContext -Context work), 1)").Single().ToString();

        var error = session.Run("Set-L402GlobalPause -Active -Reason incident -Force -Context ([System.Management.Automation.PSSerializer]::Deserialize(@'\n" + xml.Replace(text, lost, StringComparison.Ordinal) + "\n'@))").Errors[0];

        Assert.Contains(reason, error.ToString(), StringComparison.Ordinal);
        Assert.Contains("Connect-LightningOps", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("StorePath = ", "StorePath: ", "cannot be read")]
    [InlineData("StorePath = ", "ShopPath = ", "cannot be read")]
    [InlineData("StorePath = ", "Mode = ", "StorePath is missing")]
    public void A_context_whose_settings_are_texts_is_refused_where_one_is_lost(string text, string lost, string reason)
    {
        var error = session.Run("Connect-LightningOps Local -StorePath live.db; $texts = (Get-LightningOpsContext).Settings | ForEach-Object { \"$_\" -replace '^" + text + "', '" + lost + "' }; "
            + "Set-L402GlobalPause -Active -Force -Context ([pscustomobject] @{ Name = 'work'; Settings = $texts })").Errors[0];

        Assert.Contains(reason, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_mode_of_a_command_beats_the_context() =>
        Assert.Equal(2, session.Run("Connect-LightningOps -Mode Local -StorePath none/x.db; Get-LightningPaywall -Mode Mock").Output.Count);

    [Fact]
    public async Task Stopping_the_pipeline_cancels_the_call_in_flight()
    {
        // Accepts connections and never answers.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var url = "http://127.0.0.1:" + ((IPEndPoint)silent.LocalEndpoint).Port;
        session.Run(WithSecret + "Connect-LightningOps -Mode Api -Secret $s -ApiBaseUrl " + url);
        using var shell = session.Prepare("Get-LightningPaywall");

        var run = shell.InvokeAsync();
        using var call = await silent.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromMinutes(1));
        await Task.Run(shell.Stop).WaitAsync(TimeSpan.FromMinutes(1));

        await Assert.ThrowsAnyAsync<System.Management.Automation.RuntimeException>(() => run);
        Assert.Equal(System.Management.Automation.PSInvocationState.Stopped, shell.InvocationStateInfo.State);
    }

    [Fact]
    public void A_call_that_is_refused_is_an_authentication_error_without_the_secret()
    {
        using var refusing = new RefusingServer();

        var error = session.Run(WithSecret + "Connect-LightningOps -Mode Api -Secret $s -ApiBaseUrl " + refusing.Url + "; Get-LightningPaywall").Error("ControlPlaneTransportError");

        Assert.Equal(System.Management.Automation.ErrorCategory.AuthenticationError, error.CategoryInfo.Category);
        Assert.Equal("query:lightning/ops:listPaywallControlPlaneState", error.TargetObject);
        Assert.DoesNotContain(Hidden, error.ToString() + error.Exception, StringComparison.Ordinal);
    }
}
