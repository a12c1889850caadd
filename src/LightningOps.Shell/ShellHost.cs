using System;
using System.Globalization;
using System.Management.Automation.Host;
using System.Reflection;

namespace LightningOps.Shell;

/// <summary>The host the engine talks to.</summary>
internal sealed class ShellHost : PSHost
{
    public override string Name => "LightningOps.Shell";

    public override Version Version { get; } = Assembly.GetExecutingAssembly().GetName().Version ?? new Version(0, 0);

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override PSHostUserInterface UI { get; } = new ShellUserInterface();

    public override CultureInfo CurrentCulture { get; } = CultureInfo.InvariantCulture;

    public override CultureInfo CurrentUICulture { get; } = CultureInfo.InvariantCulture;

    /// <summary>What the script gave <c>exit</c>, or null.</summary>
    public int? RequestedExitCode { get; private set; }

    /// <summary>Whether Ctrl+C stopped the pipeline.</summary>
    public bool Stopped { get; set; }

    public override void SetShouldExit(int exitCode) => RequestedExitCode = exitCode;

    public override void EnterNestedPrompt() => throw new NotSupportedException("This shell has no nested prompt.");

    public override void ExitNestedPrompt() => throw new NotSupportedException("This shell has no nested prompt.");

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }
}
