using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.Registry;
using LightningOps.Reconcile;

namespace LightningOps.PowerShell.Binding;

/// <summary>The programs that take down whole gateways that do not close: each gateway's own, or that of the call.</summary>
internal sealed class StopPrograms
{
    private const string Name = "StopCommand";
    private readonly IReadOnlyList<string>? command;
    private readonly IReadOnlyList<GatewayArgument> gateways;
    private readonly bool isGlobal;

    /// <param name="command">The one of the call, or null.</param>
    /// <param name="gateways">The gateways named.</param>
    /// <param name="isGlobal">Whether everything must stop; else what the close knows to be denied.</param>
    public StopPrograms(IReadOnlyList<string>? command, IReadOnlyList<GatewayArgument> gateways, bool isGlobal)
    {
        this.command = command;
        this.gateways = gateways;
        this.isGlobal = isGlobal;
    }

    /// <summary>Their description in a question; empty if there are none.</summary>
    public string Notice => string.Concat(Own.Where(static own => own is null || Exists(own)).Append(command).OfType<IReadOnlyList<string>>().Select(static program => "; a gateway that continues to sell is taken down as a whole by " + string.Join(" ", program)));

    /// <summary>Gateways that are closed without their own program because it does not exist; a stop is never refused for that.</summary>
    public IEnumerable<string> Missing => gateways
        .Where(gateway => FindOwn(gateway) is { } own && !Exists(own))
        .Select(static gateway => gateway + ": its stop program " + gateway.StopCommand![0] + " does not exist. If the gateway continues to sell, it is not taken down.");

    private IReadOnlyList<string>?[] Own => gateways.Select(FindOwn).ToArray();

    private IReadOnlyList<string>? FindOwn(GatewayArgument gateway) => isGlobal || gateway.Registered is null ? gateway.StopCommand : null;

    /// <summary>Ends the command if they cannot be used.</summary>
    /// <param name="isSynced">Whether the gateways are closed at once.</param>
    /// <param name="alone">A specified parameter that excludes them, or null.</param>
    /// <exception cref="ConfigException">A program cannot be used.</exception>
    public void Check(bool isSynced, string? alone)
    {
        if (command is not null && Own.Count(static own => own is null) > 1)
        {
            throw new ConfigException(Name, "stops one gateway, and several are specified", "Name each gateway with its own in a hashtable: -Gateway @{ Kind = 'file'; Path = 'aperture.yaml'; StopCommand = '/usr/bin/systemctl', 'stop', 'aperture' }, @{ … }.");
        }

        foreach (var own in Own.OfType<IReadOnlyList<string>>())
        {
            CheckProgram(own, mustExist: false);
        }

        if (command is null)
        {
            if (alone is not null && Own.All(static own => own is null))
            {
                throw new ConfigException(alone, "is given without -StopCommand", "Add -StopCommand, or leave -" + alone + " out.");
            }

            return;
        }

        if (!isSynced)
        {
            throw new ConfigException(Name, "is given without -Sync", "Add -Sync, or leave -StopCommand out.");
        }

        CheckProgram(command, mustExist: true);
    }

    /// <summary>Runs the program of each gateway that is not seen closed in time.</summary>
    /// <param name="opened">The gateways, opened.</param>
    /// <param name="steps">Outcome of the close at each, in the same order.</param>
    /// <param name="options">When each is run; the program is the gateway's.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<IReadOnlyList<GatewayTakeDown>> RunAsync(GatewayList opened, IReadOnlyList<RolloutStep> steps, LastResortOptions options, CancellationToken cancellationToken)
    {
        var takenDown = new List<GatewayTakeDown>();
        for (var place = 0; place < opened.All.Count; place++)
        {
            if (Find(opened, place) is { } program
                && await new LastResort(opened.All[place]).RunAsync(steps[place].Result, isGlobal, options with { Command = program }, cancellationToken).ConfigureAwait(false) is { } takeDown)
            {
                takenDown.Add(takeDown);
            }
        }

        return takenDown;
    }

    /// <summary>The gateway's own program if it exists, or that of the call if it has none; null for none.</summary>
    private IReadOnlyList<string>? Find(GatewayList opened, int place) =>
        SystemdUnit.Resolve(opened.StopCommands[place] is not { } own || (!isGlobal && own is RegisteredCommand) ? command : Exists(own) ? own : null, Name);

    private static bool Exists(IReadOnlyList<string> program) => SystemdUnit.IsOne(program) ? SystemdUnit.IsHere : File.Exists(program[0]);

    private static void CheckProgram(IReadOnlyList<string> program, bool mustExist)
    {
        if (SystemdUnit.IsOne(program))
        {
            SystemdUnit.Require(program, Name);
            if (mustExist)
            {
                SystemdUnit.Resolve(program, Name);
            }

            return;
        }

        if (!Path.IsPathRooted(program[0]) || (mustExist && !File.Exists(program[0])))
        {
            throw new ConfigException(Name, "must begin with the absolute path of a program that is there", "Specify the program and each argument as separate texts: -StopCommand /usr/bin/systemctl, stop, aperture.");
        }
    }
}
