using System;
using System.Linq;
using System.Management.Automation;
using System.Net;
using System.Security;

namespace LightningOps.PowerShell.Session;

/// <summary>A script that returns a token. It runs in a separate runspace, because connections are opened while no pipeline runs.</summary>
internal sealed class TokenScript
{
    private readonly string script;

    /// <param name="script">The script.</param>
    public TokenScript(ScriptBlock script) => this.script = script.ToString();

    /// <summary>Runs the script.</summary>
    /// <exception cref="ConfigException">It fails, or returns no text.</exception>
    public string Invoke()
    {
        using var shell = System.Management.Automation.PowerShell.Create();
        try
        {
            return shell.AddScript(script).Invoke().LastOrDefault()?.BaseObject switch
            {
                string { Length: > 0 } token => token.Trim(),
                SecureString { Length: > 0 } secret => new NetworkCredential(string.Empty, secret).Password,
                _ => throw new ConfigException("PostgresToken", "returned no text", "Return the token as a string or a SecureString, as the last output of the script."),
            };
        }
        catch (RuntimeException failure)
        {
            // The script's error may contain the token.
            throw new ConfigException("PostgresToken", "failed: " + failure.GetType().Name, "Run the script by itself to see its error. It gets no variable and no function of the session.");
        }
    }
}
