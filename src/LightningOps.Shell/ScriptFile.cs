using System.Collections.Generic;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text.RegularExpressions;

namespace LightningOps.Shell;

/// <summary>A script file and how its arguments are passed.</summary>
internal sealed partial class ScriptFile
{
    private readonly string path;

    private ScriptFile(string path, bool hasExit)
    {
        this.path = path;
        HasExit = hasExit;
    }

    /// <summary>Whether the script says <c>exit</c>: only then is $LASTEXITCODE its own word and not a program's.</summary>
    public bool HasExit { get; }

    /// <summary>Looks at a script; what does not parse is reported when it runs.</summary>
    public static ScriptFile Read(string path)
    {
        var script = Parser.ParseFile(path, out _, out _);
        return new ScriptFile(path, script.Find(static node => node is ExitStatementAst, searchNestedScriptBlocks: true) is not null);
    }

    /// <summary>Adds the call to a pipeline: <c>-Name value</c>, <c>-Name:value</c>, <c>-Switch</c> and positional values.</summary>
    public void AddTo(PowerShell shell, IReadOnlyList<string> arguments)
    {
        shell.AddCommand(path, useLocalScope: false);
        for (var at = 0; at < arguments.Count; at++)
        {
            var argument = arguments[at];
            var match = ParameterName().Match(argument);
            if (!match.Success)
            {
                shell.AddArgument(argument);
            }
            else if (match.Groups["value"].Success)
            {
                shell.AddParameter(match.Groups["name"].Value, SwitchValue(match.Groups["value"].Value));
            }
            else if (at + 1 < arguments.Count && !ParameterName().IsMatch(arguments[at + 1]) && TakesValue(match.Groups["name"].Value))
            {
                shell.AddParameter(match.Groups["name"].Value, arguments[++at]);
            }
            else
            {
                shell.AddParameter(match.Groups["name"].Value);
            }
        }
    }

    private static object SwitchValue(string text) => text.ToUpperInvariant() switch
    {
        "$TRUE" => true,
        "$FALSE" => false,
        _ => text,
    };

    private bool TakesValue(string name)
    {
        var parameters = Parser.ParseFile(path, out _, out _).ParamBlock?.Parameters;
        if (parameters is null)
        {
            return true;
        }

        foreach (var parameter in parameters)
        {
            if (parameter.Name.VariablePath.UserPath.StartsWith(name, System.StringComparison.OrdinalIgnoreCase))
            {
                return parameter.StaticType != typeof(SwitchParameter);
            }
        }

        return name is not ("Verbose" or "Debug" or "WhatIf" or "Confirm");
    }

    [GeneratedRegex("^-(?<name>[A-Za-z_][A-Za-z0-9_]*)(:(?<value>.*))?$", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex ParameterName();
}
