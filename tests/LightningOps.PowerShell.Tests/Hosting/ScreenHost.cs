using System;
using System.Globalization;
using System.Management.Automation.Host;

namespace LightningOps.PowerShell.Tests.Hosting;

/// <summary>A host whose screen is so many columns wide and keeps what was written.</summary>
internal sealed class ScreenHost(int width) : PSHost
{
    private readonly ScreenUserInterface screen = new(width);

    public string Text => screen.Text;

    /// <summary>The choice a person makes at every question; null for a host nobody sits at.</summary>
    public int? Answer
    {
        get => screen.Answer;
        set => screen.Answer = value;
    }

    /// <summary>The choice that Enter makes at the last question.</summary>
    public string? DefaultChoice => screen.DefaultChoice;

    public override string Name => "Screen";

    public override Version Version { get; } = new(1, 0);

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override PSHostUserInterface UI => screen;

    public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.InvariantCulture;

    public void Clear() => screen.Clear();

    public override void SetShouldExit(int exitCode)
    {
    }

    public override void EnterNestedPrompt() => throw new NotSupportedException();

    public override void ExitNestedPrompt() => throw new NotSupportedException();

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }
}
