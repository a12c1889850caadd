using System;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Runtime.Versioning;
using LightningOps.PowerShell.Tests.Hosting;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

/// <summary>A command of a registered gateway is not run where others can change what it runs; it is looked at before each run.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class TrustedCommandTests : IDisposable
{
    private const string Paywalls = "Get-LightningPaywall -Mode Mock | Import-LightningPaywall -StorePath s.db | Out-Null; ";
    private const string Local = " -Mode Local -StorePath s.db ";
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly string name = "g" + Guid.NewGuid().ToString("N")[..12];
    private readonly ModuleSession session = new();

    public void Dispose()
    {
        File.SetUnixFileMode(RegistryPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        session.Run("Unregister-L402Gateway $n", ("n", name));
        session.Dispose();
    }

    /// <summary>Each command with each way in which another account could put a program of its own in its place.</summary>
    public static TheoryData<string, string> Holes
    {
        get
        {
            var holes = new TheoryData<string, string>();
            foreach (var command in new[] { "ReloadCommand", "StopCommand", "DrainCommand", "UndrainCommand" })
            {
                foreach (var hole in new[] { "file", "group", "folder", "folder-above", "link-target", "link-folder", "folder-link", "link-of-link", "argument" })
                {
                    holes.Add(command, hole);
                }
            }

            return holes;
        }
    }

    [UnixTheory]
    [MemberData(nameof(Holes))]
    public void It_is_refused_when_registered_and_when_run(string command, string hole)
    {
        session.WithoutServices();
        var (program, open) = Dig(hole);
        Run("Register-L402Gateway $n file aperture.yaml " + Registration(command), program);
        open();

        var refused = Run(command == "StopCommand"
            ? Paywalls + "Set-L402GlobalPause -Active -Sync -Force -CloseTimeoutSeconds 0 -StopIfUnconfirmed" + Local + "-Gateway $n"
            : Paywalls + "Sync-ApertureConfig -Force" + Local + "-Gateway $n", program);

        Assert.False(File.Exists(Ran), command + " was run");
        var told = refused.Errors.Select(static error => error.Exception.Message).Concat(refused.Warnings).Concat(refused.Output.Select(static one => Convert.ToString(one.BaseObject, System.Globalization.CultureInfo.InvariantCulture))).ToArray();
        Assert.Contains(told, static text => text!.Contains("is not run", StringComparison.Ordinal) && text.Contains("mode ", StringComparison.Ordinal));

        Run("Register-L402Gateway other" + name + " file aperture.yaml " + Registration(command), program).Error("FileNotTrusted");
    }

    [UnixTheory]
    [InlineData("DrainCommand")]
    [InlineData("UndrainCommand")]
    public void A_close_does_not_wait_for_a_drain_program_that_is_refused(string command)
    {
        session.WithoutServices();
        var (program, open) = Dig("file");
        Run("Register-L402Gateway $n file aperture.yaml " + Registration(command), program);
        open();

        var outcome = Run(Paywalls + "Set-L402GlobalPause -Active -Sync -Force" + Local + "-Gateway $n", program);

        Assert.DoesNotContain(outcome.Errors, static error => error.FullyQualifiedErrorId.StartsWith("FileNotTrusted", StringComparison.Ordinal));
        Assert.Equal("True", Run("(Get-L402SecurityState" + Local + ").Global.GlobalPause", program).Text());
    }

    [UnixTheory]
    [InlineData("ReloadCommand")]
    [InlineData("StopCommand")]
    [InlineData("DrainCommand")]
    [InlineData("UndrainCommand")]
    public void A_registration_that_others_can_write_runs_nothing(string command)
    {
        session.WithoutServices();
        var program = Program("run.sh");
        Run("Register-L402Gateway $n file aperture.yaml " + Registration(command), program);
        File.SetUnixFileMode(RegistryPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite);

        var error = Run(Paywalls + "Sync-ApertureConfig -Force" + Local + "-Gateway $n", program).Error("FileNotTrusted");

        Assert.Equal((RegistryPath, ErrorCategory.SecurityError), (error.TargetObject, error.CategoryInfo.Category));
        Assert.False(File.Exists(Ran));
    }

    private static string RegistryPath => Path.Combine(Environment.GetEnvironmentVariable(OwnHome.Variable)!, "lightningops", "registered-gateways.json");

    private string Ran => session.Folder.File("ran");

    private static string Registration(string command) => command switch
    {
        "ReloadCommand" => "-ReloadCommand $p",
        "StopCommand" => "-StopCommand $p",
        "DrainCommand" => "-DrainCommand $p -UndrainCommand /bin/true -ReloadCommand /bin/true",
        _ => "-DrainCommand /bin/true -UndrainCommand $p -ReloadCommand /bin/true",
    };

    private PipelineOutcome Run(string script, string[] program) => session.Run(script, ("n", name), ("p", program));

    /// <summary>A program, and what opens it to others after it was registered.</summary>
    private (string[] Program, Action Open) Dig(string hole)
    {
        var folder = Directory.CreateDirectory(session.Folder.File("in")).FullName;
        var inner = Directory.CreateDirectory(Path.Combine(folder, "deep")).FullName;
        File.SetUnixFileMode(folder, Own);
        File.SetUnixFileMode(inner, Own);
        var script = Program(Path.Combine("in", "deep", "run.sh"))[0];
        switch (hole)
        {
            case "file":
                return ([script], () => Open(script, UnixFileMode.OtherWrite));
            case "group":
                return ([script], () => Open(script, UnixFileMode.GroupWrite));
            case "folder":
                return ([script], () => Open(inner, UnixFileMode.OtherWrite));
            case "folder-above":
                return ([script], () => Open(folder, UnixFileMode.OtherWrite));
            case "link-target":
                return ([Link("link.sh", script)], () => Open(script, UnixFileMode.OtherWrite));
            case "link-folder":
                return ([Link(Path.Combine("in", "link.sh"), script)], () => Open(folder, UnixFileMode.OtherWrite));
            case "folder-link":
                // The folder on the way is a link; who can write the folder above its target can put another in its place.
                return ([Path.Combine(Link("way", inner), "run.sh")], () => Open(folder, UnixFileMode.OtherWrite));
            case "link-of-link":
                return ([Link("first.sh", Link(Path.Combine("in", "second.sh"), Program("third.sh")[0]))], () => Open(folder, UnixFileMode.OtherWrite));
            default:
                return (["/bin/sh", script], () => Open(script, UnixFileMode.OtherWrite));
        }
    }

    private string Link(string file, string target)
    {
        var path = session.Folder.File(file);
        File.CreateSymbolicLink(path, target);
        return path;
    }

    private static void Open(string path, UnixFileMode mode) => File.SetUnixFileMode(path, File.GetUnixFileMode(path) | mode);

    private string[] Program(string file)
    {
        var path = session.Folder.File(file);
        File.WriteAllText(path, "#!/bin/sh\ntouch '" + Ran + "'\n");
        File.SetUnixFileMode(path, Own);
        return [path];
    }
}
