using System.Diagnostics;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Docs;

/// <summary>The polkit rule of docs/automation.md, run as polkit runs it: one account may start, stop and restart one unit.</summary>
public sealed class PolkitRuleTests
{
    [ProgramFact("node")]
    public async Task One_account_may_start_stop_and_restart_one_unit_and_nothing_else()
    {
        var rule = Regex.Match(Repository.Read("docs/automation.md"), "(?s)```javascript\r?\n(.*?)```").Groups[1].Value;
        var questions = new[]
        {
            ("yes", "lightningops", "aperture.service", "restart"), ("yes", "lightningops", "aperture.service", "start"), ("yes", "lightningops", "aperture.service", "stop"),
            ("undefined", "lightningops", "aperture.service", "kill"), ("undefined", "lightningops", "aperture.service", "undefined"), ("undefined", "lightningops", "ssh.service", "restart"),
            ("undefined", "lightningops", "aperture.service.d", "restart"), ("undefined", "nobody", "aperture.service", "restart"), ("undefined", "lightningops2", "aperture.service", "restart"),
        };
        const string Units = "org.freedesktop.systemd1.manage-units";
        var asked = string.Join(",", questions.Select(question => $"['{Units}','{question.Item2}','{question.Item3}','{question.Item4}']").Append("['org.freedesktop.systemd1.manage-unit-files','lightningops','aperture.service','restart']"));
        var script = "const polkit = { Result: { YES: 'yes' }, addRule(rule) { this.rule = rule; } };\n" + rule
            + "\nfor (const [id, user, unit, verb] of [" + asked + "]) console.log(String(polkit.rule({ id, lookup: name => ({ unit, verb })[name] }, { user })));";

        using var node = Process.Start(new ProcessStartInfo("node", ["-"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await node.StandardInput.WriteAsync(script);
        node.StandardInput.Close();
        var answers = (await node.StandardOutput.ReadToEndAsync()).Split('\n', System.StringSplitOptions.RemoveEmptyEntries | System.StringSplitOptions.TrimEntries);
        await node.WaitForExitAsync();

        Assert.Equal([.. questions.Select(static question => question.Item1), "undefined"], answers);
    }
}
