using System;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.Gateway;
using LightningOps.Gateway.Routing;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.Completion;
using LightningOps.Storage;

namespace LightningOps.PowerShell.CmdletBases;

/// <summary>A cmdlet that resolves requests against a configuration.</summary>
public abstract class RouteCmdlet : GatewayCmdlet
{
    /// <summary>
    /// Gateway whose services are asked: ops, ops:https://host, admin:https://host:port, file:PATH, loopback; or a
    /// hashtable with Kind, Endpoint or Path and its settings.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(GatewayCompleter))]
    [GatewayTransformation]
    [ValidateCount(1, 1)]
    public virtual GatewayArgument[] Gateway { get; set; } = [];

    private const string FileScheme = "file:";

    private StoreAccess ReadAccess => IsStoreNamed ? StoreAccess.ReadExisting : StoreAccess.Read;

    /// <summary>The services that the gateway serves.</summary>
    private protected async Task<RouteTable> ReadGatewayAsync(CancellationToken cancellationToken)
    {
        using var gateways = OpenGateways(Gateway, EffectiveMode, ReadAccess);
        var live = await LiveRoutes.ReadAsync(gateways.All[0], cancellationToken).ConfigureAwait(false)
            ?? throw new ConfigException(nameof(Gateway), "does not list its services", "Specify the aperture.yaml that it serves instead.");
        var name = gateways.All[0].Name;
        if (live.PartlyListed > 0)
        {
            WriteWarning(string.Format(CultureInfo.InvariantCulture, "{0}: free paths, price servers, limits, lifetimes and rewrites of {1} services are not known, because the admin API does not list them.", name, live.PartlyListed));
        }

        if (live.Evidence != LiveEvidence.NotKnown)
        {
            return live.Table;
        }

        WarnOfUnknownLoad(name);
        if (!name.StartsWith(FileScheme, StringComparison.Ordinal))
        {
            return live.Table;
        }

        // Nothing was seen to start with the file, so its check tells more than its services.
        var read = ReadFile(name.Substring(FileScheme.Length), nameof(Gateway));
        return read.Services.Select(static service => service.Name).SequenceEqual(live.Table.Services.Select(static service => service.Name), StringComparer.Ordinal) ? read : live.Table;
    }

    /// <summary>The services of an aperture.yaml. What its check finds about the file as a whole is a warning.</summary>
    /// <param name="path">Path of this session.</param>
    /// <param name="parameter">The parameter that names it.</param>
    /// <exception cref="ConfigException">Aperture does not start with the file.</exception>
    private protected RouteTable ReadFile(string path, string parameter)
    {
        var file = ResolveInputFile(path);
        var table = RouteTable.FromFile(System.IO.File.ReadAllBytes(file), parameter + " " + file);
        foreach (var notice in table.Notices)
        {
            WriteWarning(file + ": " + notice);
        }

        return table;
    }

    /// <summary>The services that the paywalls of the control plane compile to.</summary>
    private protected async Task<RouteTable> CompileAsync(CancellationToken cancellationToken)
    {
        using var controlPlane = OpenControlPlane(EffectiveMode, ReadAccess);
        var compile = await ControlPlaneCompiler.CompileAsync(controlPlane, new CompileOptions { GatewayHasAdminApi = false }, cancellationToken).ConfigureAwait(false);
        return compile.Valid
            ? RouteTable.FromCompile(compile)
            : throw new ConfigException("Mode", "has paywalls that do not compile: " + compile.Diagnostics.First(static found => found.Severity == DiagnosticSeverity.Error).Message, "Correct what Invoke-LightningCompile reports.");
    }

    /// <summary>Rejects settings of a gateway if none is given.</summary>
    private protected void RequireGatewayForSettings()
    {
        if (Gateway.Length == 0 && GatewaySettings.FirstOrDefault(IsBound) is { } setting)
        {
            throw new ConfigException(setting, "applies to a gateway, and none is specified", "Omit -" + setting + ", or specify the gateway with -Gateway.");
        }
    }
}
