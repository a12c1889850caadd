using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace LightningOps.PowerShell.Session;

/// <summary>
/// The contexts of a runspace, by name. A runspace without its own settings uses the context of the process, if one
/// was selected with Select-LightningOpsContext -Scope Process.
/// </summary>
internal sealed class SessionContexts
{
    /// <summary>The initial context of a runspace.</summary>
    public const string DefaultName = "default";

    private static readonly ConditionalWeakTable<Runspace, SessionContexts> Contexts = new();
    private static volatile SessionContext? process;
    private readonly ConcurrentDictionary<string, SessionContext> byName = new(StringComparer.OrdinalIgnoreCase);
    private volatile SessionContext selected;

    private SessionContexts()
    {
        selected = GetOrAdd(DefaultName);
    }

    /// <summary>The loopback gateways of the runspace.</summary>
    public SessionGateways Gateways { get; } = new();

    /// <summary>Warnings about files with secrets that the runspace has seen.</summary>
    public ConcurrentDictionary<string, bool> Exposures { get; } = new(StringComparer.Ordinal);

    /// <summary>The contexts of a runspace.</summary>
    public static SessionContexts For(Runspace runspace) => Contexts.GetValue(runspace, Open);

    /// <summary>The context of commands without -Context.</summary>
    public SessionContext Current => selected is { IsSet: false, Name: DefaultName } && process is { } shared ? shared : selected;

    /// <summary>The selected context of this runspace, regardless of the process.</summary>
    public SessionContext Own => selected;

    /// <summary>All contexts, by name.</summary>
    public IReadOnlyList<SessionContext> All => byName.Values.OrderBy(static context => context.Name, StringComparer.OrdinalIgnoreCase).ToArray();

    /// <summary>A context, created if missing.</summary>
    public SessionContext GetOrAdd(string name) => byName.GetOrAdd(name, made => new SessionContext(made, Gateways));

    /// <summary>A context of this runspace, or null.</summary>
    public SessionContext? Find(string name) => byName.TryGetValue(name, out var context) ? context
        : process is { } shared && string.Equals(shared.Name, name, StringComparison.OrdinalIgnoreCase) ? shared
        : null;

    /// <summary>Selects the context of commands without -Context.</summary>
    public void Select(SessionContext context)
    {
        context.IsSet = true;
        selected = context;
    }

    /// <summary>Selects the context of every runspace of the process without its own settings.</summary>
    public static void SelectForProcess(SessionContext? context) => process = context;

    /// <summary>Whether a context is that of the process.</summary>
    public static bool IsOfProcess(SessionContext context) => ReferenceEquals(process, context);

    /// <summary>Removes a context; commands then use the default one.</summary>
    public void Remove(SessionContext context)
    {
        context.Disconnect();
        if (IsOfProcess(context))
        {
            process = null;
        }

        if (context.Name != DefaultName)
        {
            byName.TryRemove(context.Name, out _);
        }

        if (ReferenceEquals(selected, context))
        {
            selected = GetOrAdd(DefaultName);
        }
    }

    /// <summary>Removes every context of this runspace, and the one of the process where it applies here.</summary>
    public void RemoveAll()
    {
        foreach (var context in All.Append(Current))
        {
            Remove(context);
        }
    }

    /// <summary>Stops the loopback gateways, and closes stores, wallets and connections.</summary>
    public void CloseAll()
    {
        Gateways.StopAll();
        foreach (var context in All.Append(Current))
        {
            context.Buyers.CloseAll();
        }
    }

    private static SessionContexts Open(Runspace runspace)
    {
        var contexts = new SessionContexts();
        runspace.StateChanged += (_, change) =>
        {
            if (change.RunspaceStateInfo.State is RunspaceState.Closing or RunspaceState.Closed or RunspaceState.Broken)
            {
                contexts.CloseAll();
            }
        };
        return contexts;
    }
}
