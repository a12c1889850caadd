using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using System.Text;

namespace LightningOps.PowerShell.Tests.Hosting;

internal sealed class ScreenUserInterface(int width) : PSHostUserInterface
{
    private readonly StringBuilder text = new();

    /// <summary>The choice a person makes at every question; null for a host nobody sits at.</summary>
    public int? Answer { get; set; }

    /// <summary>The label of the choice that Enter made at the last question; null if there was none.</summary>
    public string? DefaultChoice { get; private set; }

    public string Text => text.ToString().ReplaceLineEndings("\n");

    public override PSHostRawUserInterface RawUI { get; } = new ScreenRawUserInterface(width);

    public void Clear() => text.Clear();

    public override void Write(string value) => text.Append(GetOutputString(value, supportsVirtualTerminal: false));

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Write(value);

    public override void WriteLine(string value) => Write(value + "\n");

    public override void WriteErrorLine(string value) => WriteLine("ERROR: " + value);

    public override void WriteDebugLine(string message)
    {
    }

    public override void WriteVerboseLine(string message)
    {
    }

    public override void WriteWarningLine(string message) => WriteLine("WARNING: " + message);

    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
    }

    public override string ReadLine() => throw new NotSupportedException();

    public override SecureString ReadLineAsSecureString() => throw new NotSupportedException();

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
        throw new NotSupportedException();

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        throw new NotSupportedException();

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) =>
        throw new NotSupportedException();

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        WriteLine(caption + "\n" + message);
        DefaultChoice = choices[defaultChoice].Label;
        return Answer ?? throw new NotSupportedException();
    }
}
