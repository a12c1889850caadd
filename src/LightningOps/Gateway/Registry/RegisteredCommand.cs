using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LightningOps.Files;

namespace LightningOps.Gateway.Registry;

/// <summary>
/// A command of a registered gateway: program and arguments. Before each run, write access of others to the program
/// and to files among its arguments is checked (docs/reference/gateway.md#registered-gateways).
/// </summary>
public sealed class RegisteredCommand : IReadOnlyList<string>
{
    private readonly IReadOnlyList<string> arguments;
    private readonly string field;

    /// <summary>A command.</summary>
    /// <param name="arguments">Program, by its absolute path, and arguments.</param>
    /// <param name="field">The member to name in a failure.</param>
    public RegisteredCommand(IReadOnlyList<string> arguments, string field)
    {
        this.arguments = arguments;
        this.field = field;
    }

    /// <inheritdoc/>
    public int Count => arguments.Count;

    /// <inheritdoc/>
    public string this[int index] => arguments[index];

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator() => arguments.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Checks that it may be run.</summary>
    /// <exception cref="ConfigException">Its program is not a file with an absolute path.</exception>
    /// <exception cref="FileNotTrustedException">Others can change the program or a file among its arguments.</exception>
    public void RequireTrusted()
    {
        if (FindFault() is { } fault)
        {
            throw fault;
        }
    }

    /// <summary>Why it must not be run; null when it may.</summary>
    internal LightningOpsException? FindFault()
    {
        if (arguments.Count == 0 || !Path.IsPathRooted(arguments[0]) || !File.Exists(arguments[0]))
        {
            return new ConfigException(field, "must begin with the absolute path of a program that is there", "Write the program and each argument as separate texts: -" + field + " /usr/bin/systemctl, restart, aperture. A program is never looked for in PATH or the current folder.");
        }

        // A script among the arguments of an interpreter is run as well.
        return arguments.Where(static argument => Path.IsPathRooted(argument) && File.Exists(argument))
            .Select(static argument => TrustedFile.FindFault(argument, "is not run"))
            .FirstOrDefault(static fault => fault is not null);
    }
}
