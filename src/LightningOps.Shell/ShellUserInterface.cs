using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace LightningOps.Shell;

/// <summary>Results on standard output; errors, warnings, verbose and progress on standard error.</summary>
internal sealed class ShellUserInterface : PSHostUserInterface
{
    private readonly object gate = new();
    private bool progressShown;

    public override PSHostRawUserInterface RawUI { get; } = new ShellRawUserInterface();

    public override bool SupportsVirtualTerminal => !Console.IsOutputRedirected;

    public override void Write(string value)
    {
        lock (gate)
        {
            ClearProgress();
            Console.Out.Write(GetOutputString(value, SupportsVirtualTerminal));
        }
    }

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Write(value);

    public override void WriteLine(string value) => Write(value + Environment.NewLine);

    public override void WriteErrorLine(string value) => Report(value);

    public override void WriteWarningLine(string message) => Report("WARNING: " + message);

    public override void WriteVerboseLine(string message) => Report("VERBOSE: " + message);

    public override void WriteDebugLine(string message) => Report("DEBUG: " + message);

    public override void WriteInformation(InformationRecord record)
    {
    }

    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
        if (Console.IsErrorRedirected)
        {
            return;
        }

        lock (gate)
        {
            ClearProgress();
            if (record.RecordType == ProgressRecordType.Processing)
            {
                var share = record.PercentComplete < 0 ? string.Empty : record.PercentComplete.ToString(CultureInfo.InvariantCulture) + "% ";
                Console.Error.Write("\r" + Fit(share + record.Activity + ": " + record.StatusDescription));
                progressShown = true;
            }
        }
    }

    public override string ReadLine()
    {
        RefuseUnlessTerminal();
        return Console.ReadLine() ?? string.Empty;
    }

    public override SecureString ReadLineAsSecureString()
    {
        RefuseUnlessTerminal();
        var secret = new SecureString();
        for (var key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(intercept: true))
        {
            if (key.Key == ConsoleKey.Backspace && secret.Length > 0)
            {
                secret.RemoveAt(secret.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                secret.AppendChar(key.KeyChar);
            }
        }

        Console.Error.WriteLine();
        return secret;
    }

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions)
    {
        var answers = new Dictionary<string, PSObject>(StringComparer.OrdinalIgnoreCase);
        foreach (var field in descriptions)
        {
            RefuseUnlessTerminal();
            Console.Error.Write(field.Name + ": ");
            answers[field.Name] = field.ParameterTypeName == nameof(SecureString)
                ? PSObject.AsPSObject(ReadLineAsSecureString())
                : PSObject.AsPSObject(ReadLine());
        }

        return answers;
    }

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        RefuseUnlessTerminal();
        Console.Error.WriteLine(caption);
        Console.Error.WriteLine(message);
        for (var at = 0; at < choices.Count; at++)
        {
            Console.Error.WriteLine("[" + at.ToString(CultureInfo.InvariantCulture) + "] " + choices[at].Label.Replace("&", string.Empty, StringComparison.Ordinal));
        }

        return int.TryParse(ReadLine(), NumberStyles.None, CultureInfo.InvariantCulture, out var choice) && choice < choices.Count
            ? choice
            : defaultChoice;
    }

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        throw new NotSupportedException("This shell does not ask for credentials.");

    public override PSCredential PromptForCredential(
        string caption,
        string message,
        string userName,
        string targetName,
        PSCredentialTypes allowedCredentialTypes,
        PSCredentialUIOptions options) => PromptForCredential(caption, message, userName, targetName);

    private static void RefuseUnlessTerminal()
    {
        if (Console.IsInputRedirected)
        {
            throw new PSInvalidOperationException("The command asks for input, and there is no terminal. Pass every mandatory parameter, and -Confirm:$false where it asks for confirmation.");
        }
    }

    private void Report(string text)
    {
        lock (gate)
        {
            ClearProgress();
            Console.Error.WriteLine(GetOutputString(text, !Console.IsErrorRedirected));
        }
    }

    private void ClearProgress()
    {
        if (progressShown)
        {
            Console.Error.Write("\r" + Fit(string.Empty) + "\r");
            progressShown = false;
        }
    }

    private string Fit(string text)
    {
        var width = Math.Max(1, RawUI.BufferSize.Width - 1);
        return text.Length > width ? text[..width] : text.PadRight(width);
    }
}
