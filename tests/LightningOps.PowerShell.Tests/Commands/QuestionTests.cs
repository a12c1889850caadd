using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using LightningOps.PowerShell.Tests.Hosting;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

/// <summary>Each destructive question, and -WhatIf, names the gateway by name and address and the network; a command of the store alone says that no gateway is changed.</summary>
public sealed class QuestionTests : IAsyncDisposable
{
    private const string Store = " -Mode Local -StorePath s.db ";
    private static readonly string Token = new('a', 64);
    private readonly string name = "q" + Guid.NewGuid().ToString("N")[..12];
    private readonly ModuleSession session = new(width: 4000);
    private readonly LoopbackServer admin = new(Answer);

    public QuestionTests()
    {
        File.WriteAllText(session.Folder.File("aperture.yaml"), "listenaddr: \"localhost:1\"\nauthenticator:\n  network: \"signet\"\n  disable: true\nservices:\n  - name: old\n    hostregexp: '^old.example$'\n    pathregexp: '^/x$'\n    address: \"127.0.0.1:9000\"\n    protocol: http\n    price: 5\n");
        session.Folder.WriteSecret("admin.macaroon", [2, 1, 3]);
        session.Run("Import-LightningPaywall $paywalls -StorePath s.db | Out-Null; Register-L402Gateway $n file aperture.yaml -Network signet", ("n", name), ("paywalls", Places.Vector("smoke/paywalls.json")));
        session.Screen.Answer = 2;
    }

    public async ValueTask DisposeAsync()
    {
        session.Run("Unregister-L402Gateway $n", ("n", name));
        session.Dispose();
        await admin.DisposeAsync();
    }

    /// <summary>Every destructive command, and what its question must name: gateway, no gateway, or the seller of a credential.</summary>
    private static readonly Dictionary<string, (string Script, string Names)[]> Questions = new(StringComparer.Ordinal)
    {
        ["Remove-L402Credential"] = [("Remove-L402Credential (Get-L402Credential -CredentialStorePath c.db)[0].PurchaseId -CredentialStorePath c.db", "seller")],
        ["Remove-LightningPaywall"] = [("Remove-LightningPaywall pw_weather" + Store, "store")],
        ["Restore-ApertureDatabase"] = [("Restore-ApertureDatabase aperture.yaml x.copy -KeyPath x.key", "database")],
        ["Restore-L402Deployment"] = [("Restore-L402Deployment -DeploymentId (Get-L402Deployment -Status Applied" + Store + ")[0].DeploymentId -Gateway $n" + Store, "restore")],
        ["Revoke-ApertureToken"] = [("Revoke-ApertureToken -TokenId " + Token + " -Gateway $a" + Store, "admin")],
        ["Revoke-LightningOpsCredential"] = [("Revoke-LightningOpsCredential GatewayInvoice" + Store, "store")],
        ["Set-L402GlobalPause"] = [("Set-L402GlobalPause -Active -Sync -Gateway $n" + Store, "gateway"), ("Set-L402GlobalPause -Active -Sync -Gateway file:aperture.yaml" + Store, "gateway"), ("Set-L402GlobalPause -Active" + Store, "store")],
        ["Set-L402OwnerKillSwitch"] = [("Set-L402OwnerKillSwitch owner_1 -Active -Sync -Gateway $n" + Store, "gateway"), ("Set-L402OwnerKillSwitch owner_1 -Active" + Store, "store")],

        // They ask depending on the action, whatever their impact.
        ["Sync-ApertureConfig"] = [("Sync-ApertureConfig -Prune -Gateway $n" + Store, "gateway"), ("Sync-ApertureConfig -Prune -Gateway file:aperture.yaml" + Store, "gateway")],
        ["Suspend-LightningPaywall"] = [("Suspend-LightningPaywall pw_weather -Sync -Gateway $n" + Store, "gateway")],
        ["Resume-LightningPaywall"] = [("Resume-LightningPaywall pw_weather -Sync -Gateway $n" + Store, "gateway")],
        ["Unregister-L402Gateway"] = [("Unregister-L402Gateway $n", "gateway")],
    };

    [Fact]
    public void Every_command_of_high_impact_is_in_the_table()
    {
        var high = session.Run("Get-Command -Module LightningOps -CommandType Cmdlet | Where-Object { [Management.Automation.CmdletAttribute]::GetCustomAttribute($_.ImplementingType, [Management.Automation.CmdletAttribute]).ConfirmImpact -eq 'High' } | ForEach-Object Name")
            .Output.Select(static name => name.ToString()).ToArray();

        Assert.True(high.Length >= 8, string.Join(", ", high));
        Assert.Empty(high.Except(Questions.Keys));
    }

    public static TheoryData<string, int> Rows
    {
        get
        {
            var rows = new TheoryData<string, int>();
            foreach (var (command, scripts) in Questions.Where(static row => row.Value.All(static script => script.Names is "gateway" or "store" or "admin")))
            {
                for (var place = 0; place < scripts.Length; place++)
                {
                    rows.Add(command, place);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void The_question_and_WhatIf_name_gateway_address_and_network(string command, int place)
    {
        var (script, names) = Questions[command][place];
        foreach (var mode in new[] { " -Confirm", " -WhatIf" })
        {
            session.Screen.Clear();
            session.Run(script + mode, ("n", name), ("a", new System.Collections.Hashtable { ["Kind"] = "admin", ["Endpoint"] = admin.Url, ["MacaroonPath"] = "admin.macaroon" }));

            var asked = session.Screen.Text;
            switch (names)
            {
                case "store":
                    Assert.Contains("control plane local (" + session.Folder.File("s.db") + ")", asked, StringComparison.Ordinal);
                    Assert.Contains("No gateway is changed", asked, StringComparison.Ordinal);
                    break;
                case "admin":
                    Assert.Contains("gateway aperture:" + admin.Url + ", network not known", asked, StringComparison.Ordinal);
                    break;
                default:
                    Assert.Contains(name + " (file:" + session.Folder.File("aperture.yaml") + "), network signet as registered", asked, StringComparison.Ordinal);
                    break;
            }
        }
    }

    [Fact]
    public void The_question_before_a_deployment_is_restored_names_gateway_address_and_network()
    {
        var id = session.Run("(Sync-ApertureConfig -Force -Gateway memory 3>$null" + Store + ").DeploymentId").Text();
        foreach (var mode in new[] { " -Confirm", " -WhatIf" })
        {
            session.Screen.Clear();
            session.Run("Restore-L402Deployment -DeploymentId $id -Gateway $n" + Store + mode, ("id", id), ("n", name));
            Assert.Contains(name + " (file:" + session.Folder.File("aperture.yaml") + "), network signet as registered", session.Screen.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_question_before_a_database_is_restored_names_the_gateway_of_its_file_and_the_network()
    {
        session.Run("[IO.File]::WriteAllText(\"$PWD/db.yaml\", \"listenaddr: localhost:1`nauthenticator:`n  network: testnet`n  disable: true`ndbbackend: sqlite`nsqlite:`n  databasefilename: $PWD/a.db`nservices: []`n\")");
        File.Copy(Places.Vector("aperture/db/aperture-v0.5.0.db"), session.Folder.File("a.db"));
        var backup = session.Run("Backup-ApertureDatabase db.yaml x.copy -KeyPath x.key");
        Assert.Empty(backup.Errors);
        foreach (var mode in new[] { " -Confirm", " -WhatIf" })
        {
            session.Screen.Clear();
            session.Run("Restore-ApertureDatabase db.yaml x.copy -KeyPath x.key" + mode);
            Assert.Contains("gateway file:" + session.Folder.File("db.yaml") + ", network testnet by its file", session.Screen.Text, StringComparison.Ordinal);
        }

        // Named without its aperture.yaml, nothing shows whether an idle Aperture runs.
        session.Screen.Clear();
        session.Run("Restore-ApertureDatabase a.db x.copy -KeyPath x.key -WhatIf");
        Assert.Contains("It is not known whether an Aperture uses " + session.Folder.File("a.db"), session.Screen.Text, StringComparison.Ordinal);
        Assert.Contains("It is not known", Assert.Single(session.Run("Restore-ApertureDatabase a.db x.copy -KeyPath x.key -Force").Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_restore_without_a_question_states_what_it_changed()
    {
        session.Run("[IO.File]::WriteAllText(\"$PWD/db.yaml\", \"listenaddr: localhost:1`nauthenticator:`n  network: testnet`n  disable: true`ndbbackend: sqlite`nsqlite:`n  databasefilename: $PWD/a.db`nservices: []`n\")");
        File.Copy(Places.Vector("aperture/db/aperture-v0.5.0.db"), session.Folder.File("a.db"));
        Assert.Empty(session.Run("Backup-ApertureDatabase db.yaml x.copy -KeyPath x.key").Errors);
        File.Copy(Places.Vector("aperture/db/aperture-main-7ee3ed7.db"), session.Folder.File("a.db"), overwrite: true);
        var predicted = session.Run("(Test-ApertureDatabase db.yaml x.copy -KeyPath x.key).Outcome").Text();

        var restored = session.Run("(Restore-ApertureDatabase db.yaml x.copy -KeyPath x.key -Force).Outcome");

        Assert.NotEmpty(predicted);
        Assert.Equal(predicted, restored.Text());
    }

    [Fact]
    public void Reconciling_is_set_and_the_registration_returned()
    {
        Assert.Equal(name, session.Run("(Set-L402Gateway $n -Reconcile Off -PassThru -StorePath s.db).Name", ("n", name)).Text());
    }

    [Fact]
    public void A_suspended_reconcile_is_shown_with_the_registration()
    {
        const string Find = "(Get-L402Gateway $n).Reconcile";
        session.Run("Connect-LightningOps Local -StorePath s.db");

        Assert.Equal("on", session.Run("Set-L402Gateway $n -Reconcile Off; Set-L402Gateway $n -Reconcile On; " + Find, ("n", name)).Text());
        var off = session.Run("Set-L402Gateway $n -Reconcile Off; " + Find, ("n", name)).Text();
        var view = session.Show("Get-L402Gateway $n | Format-List", ("n", name));
        session.Run("Connect-LightningOps Mock");
        var unknown = session.Show("Get-L402Gateway $n | Format-List", ("n", name));
        session.Run("Disconnect-LightningOps");

        Assert.Matches("^off since 20[0-9-]+ [0-9:]+ UTC: .+ suspended it$", off);
        Assert.Contains("Reconcile      : off since ", view, StringComparison.Ordinal);
        Assert.Contains("Reconcile      : not known", unknown, StringComparison.Ordinal);
    }

    [Fact]
    public void An_admin_gateway_without_a_scheme_is_blamed_on_the_gateway()
    {
        var error = session.Run("Get-ApertureInfo admin:127.0.0.1:8081 -MacaroonPath x.macaroon").Errors[0].ToString();
        Assert.StartsWith("Gateway: ", error, StringComparison.Ordinal);
        Assert.Contains("admin:https://host:port", session.Run("Get-ApertureInfo admin:127.0.0.1:8081 -MacaroonPath x.macaroon").Errors[0].ErrorDetails?.RecommendedAction ?? error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_of_the_registration_that_its_file_denies_is_told()
    {
        session.Run("Set-L402Gateway $n -Network mainnet", ("n", name));
        session.Screen.Clear();
        session.Run("Set-L402GlobalPause -Active -Sync -WhatIf -Gateway $n" + Store, ("n", name));
        Assert.Contains("network mainnet as registered, but signet by its file", session.Screen.Text, StringComparison.Ordinal);
    }

    private static Task<Reply> Answer(RecordedRequest request) => Task.FromResult(
        request.Target.StartsWith("/api/admin/tokens", StringComparison.Ordinal)
            ? Reply.Json("{\"tokens\":[{\"id\":1,\"token_id\":\"" + Token + "\",\"payment_hash\":\"" + new string('1', 64) + "\",\"service_name\":\"pw_weather.route_weather\",\"price_sats\":\"3\",\"state\":\"settled\",\"created_at\":\"2026-03-01T10:00:00Z\",\"settled_at\":\"2026-03-01T10:00:01Z\"}],\"total_count\":\"1\"}")
            : request.Method == "GET" ? Reply.Json("{\"services\":[]}") : Reply.Status(500));
}
