using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using LightningOps.PowerShell.Tests.Hosting;

namespace LightningOps.PowerShell.Tests.Help;

/// <summary>What the module exports, asked once.</summary>
public sealed class ExportedCmdlets : IDisposable
{
    private readonly ModuleSession session = new();

    public ExportedCmdlets() => All = session.Run("Get-Command -Module LightningOps -CommandType Cmdlet").Output
        .Select(static found => (CmdletInfo)found.BaseObject)
        .ToDictionary(static cmdlet => cmdlet.Name, StringComparer.Ordinal);

    /// <summary>Cmdlets by name.</summary>
    public IReadOnlyDictionary<string, CmdletInfo> All { get; }

    public void Dispose() => session.Dispose();
}
