using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Gateway.Probes;
using LightningOps.Gateway.Registry;

namespace LightningOps.Gateway.Endpoints;

/// <summary>
/// Takes each endpoint out of its balancer before it is changed, and puts it back once it is up: a restart of Aperture drops the
/// requests in flight (docs/reference/gateway.md#drain).
/// </summary>
public sealed class EndpointDrain
{
    private const string EndpointPlace = "{endpoint}";
    private const string HostPlace = "{host}";
    private static readonly TimeSpan CommandTimeout = TimeSpan.FromMinutes(5);

    private readonly IReadOnlyList<string> drain;
    private readonly IReadOnlyList<string> undrain;
    private readonly IReadOnlyList<string> systemctl;
    private readonly TimeProvider time = TimeProvider.System;
    private readonly List<IGateway> drained = [];

    /// <summary>A drain by two commands and the system's clock.</summary>
    /// <param name="drain">Program, by its absolute path, and arguments, or systemd:UNIT; {endpoint} and {host} stand for the address. It ends when no request is in flight.</param>
    /// <param name="undrain">The same for the way back.</param>
    public EndpointDrain(IReadOnlyList<string> drain, IReadOnlyList<string> undrain)
        : this(drain, undrain, SystemdUnit.Programs)
    {
    }

    internal EndpointDrain(IReadOnlyList<string> drain, IReadOnlyList<string> undrain, IReadOnlyList<string> systemctl)
    {
        this.drain = drain;
        this.undrain = undrain;
        this.systemctl = systemctl;
    }

    /// <summary>Changes an endpoint while it is out of the balancer. It stays out where the change fails, or it is not up afterwards.</summary>
    /// <exception cref="GatewayException">The endpoint could not be drained, and was not changed; or it is not up.</exception>
    internal async Task<T> AroundAsync<T>(IGateway endpoint, Func<Task<T>> change, CancellationToken cancellationToken)
    {
        drained.Add(endpoint);
        if (await RunAsync(drain, "DrainCommand", endpoint, cancellationToken).ConfigureAwait(false) is { } reason)
        {
            throw new GatewayException(endpoint.Name, "drain", "drain_failed:" + reason, "Correct -DrainCommand; the endpoint was not changed.");
        }

        var result = await change().ConfigureAwait(false);
        var health = await endpoint.ProbeHealthAsync(cancellationToken).ConfigureAwait(false);
        if (health.Outcome == ProbeOutcome.Failed)
        {
            throw new GatewayException(endpoint.Name, "apply", "not_up_after_change:" + health.Reason, "Check the log of this endpoint; the others were not changed.");
        }

        if (await RunAsync(undrain, "UndrainCommand", endpoint, CancellationToken.None).ConfigureAwait(false) is { } failure)
        {
            throw new GatewayException(endpoint.Name, "undrain", "undrain_failed:" + failure, "Correct -UndrainCommand and put the endpoint back into the balancer by hand; the others were not changed.");
        }

        drained.Remove(endpoint);
        return result;
    }

    /// <summary>Puts back what is still out, after a roll-back.</summary>
    /// <returns>Endpoints that could not be put back, each with the reason.</returns>
    internal async Task<IReadOnlyList<string>> UndrainAsync()
    {
        var failures = new List<string>();
        foreach (var endpoint in drained.ToArray())
        {
            if (await RunAsync(undrain, "UndrainCommand", endpoint, CancellationToken.None).ConfigureAwait(false) is { } reason)
            {
                failures.Add(endpoint.Name + ": " + reason);
            }

            drained.Remove(endpoint);
        }

        return failures;
    }

    private async Task<string?> RunAsync(IReadOnlyList<string> command, string field, IGateway endpoint, CancellationToken cancellationToken)
    {
        var address = endpoint.Name.Substring(endpoint.Name.IndexOf(':') + 1);
        var host = Uri.TryCreate(address, UriKind.Absolute, out var url) && url.Host.Length > 0 ? url.Authority : address;
        var isUnit = SystemdUnit.IsOne(command);
        var arguments = command.Select(argument => argument.Replace(EndpointPlace, Fill(address)).Replace(HostPlace, Fill(host))).ToArray();
        IReadOnlyList<string> program;
        try
        {
            program = isUnit ? SystemdUnit.Resolve(arguments, field, systemctl)! : command is RegisteredCommand ? new RegisteredCommand(arguments, field) : arguments;
        }
        catch (ConfigException failure)
        {
            return failure.Message;
        }

        var run = new ReloadCommand(program, CommandTimeout, time);
        return (await run.RunAsync(cancellationToken).ConfigureAwait(false))?.Replace("reload_", string.Empty);

        string Fill(string text) => isUnit ? SystemdUnit.Escape(text) : text;
    }
}
