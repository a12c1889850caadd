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
/// Takes each endpoint out of its balancer before it is changed or rolled back, and puts it back once it is up. A
/// restart of Aperture drops the requests in flight (docs/reference/gateway.md#drain).
/// </summary>
public sealed class EndpointDrain
{
    private const string EndpointPlace = "{endpoint}";
    private const string HostPlace = "{host}";
    private static readonly TimeSpan CommandTimeout = TimeSpan.FromMinutes(5);

    /// <summary>A roll-back must not wait long for requests in flight.</summary>
    private static readonly TimeSpan RollBackTimeout = TimeSpan.FromMinutes(1);

    private readonly IReadOnlyList<string> drain;
    private readonly IReadOnlyList<string> undrain;
    private readonly IReadOnlyList<string> systemctl;
    private readonly TimeProvider time = TimeProvider.System;
    private readonly List<IGateway> drained = [];
    private readonly HashSet<IGateway> restored = [];
    private readonly List<string> notDrained = [];

    /// <summary>A drain by two commands, with the system's clock.</summary>
    /// <param name="drain">Program, by its absolute path, and arguments, or systemd:UNIT; {endpoint} and {host} stand for the address. It ends when no request is in flight.</param>
    /// <param name="undrain">The same for putting it back.</param>
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

    /// <summary>Endpoints that were rolled back without a drain, because they could not be drained, each with the reason.</summary>
    internal IReadOnlyList<string> NotDrained => notDrained;

    /// <summary>Additional time for the drains of a roll-back.</summary>
    internal static TimeSpan GetRollBackTimeout(IGateway gateway) => TimeSpan.FromTicks(RollBackTimeout.Ticks * 2 * (gateway is EndpointGroup group ? group.Endpoints.Count : 1));

    /// <summary>
    /// Rolls an endpoint back while it is out of the balancer. One that cannot be drained is still rolled back. One
    /// that is not up afterwards stays out until the roll-back is over.
    /// </summary>
    internal async Task<T> AroundRollBackAsync<T>(IGateway endpoint, Func<Task<T>> rollBack)
    {
        if (restored.Contains(endpoint))
        {
            return await rollBack().ConfigureAwait(false);
        }

        if (!drained.Contains(endpoint))
        {
            drained.Add(endpoint);
            if (await RunAsync(drain, "DrainCommand", endpoint, RollBackTimeout, CancellationToken.None).ConfigureAwait(false) is { } reason)
            {
                notDrained.Add(endpoint.Name + ": " + reason);
            }
        }

        var result = await rollBack().ConfigureAwait(false);
        restored.Add(endpoint);
        if ((await endpoint.ProbeHealthAsync(CancellationToken.None).ConfigureAwait(false)).Outcome != ProbeOutcome.Failed
            && await RunAsync(undrain, "UndrainCommand", endpoint, RollBackTimeout, CancellationToken.None).ConfigureAwait(false) is null)
        {
            drained.Remove(endpoint);
        }

        return result;
    }

    /// <summary>Changes an endpoint while it is out of the balancer. It stays out if the change fails, or if it is not up afterwards.</summary>
    /// <exception cref="GatewayException">The endpoint could not be drained, and was not changed; or it is not up.</exception>
    internal async Task<T> AroundAsync<T>(IGateway endpoint, Func<Task<T>> change, CancellationToken cancellationToken)
    {
        restored.Remove(endpoint);
        drained.Add(endpoint);
        if (await RunAsync(drain, "DrainCommand", endpoint, CommandTimeout, cancellationToken).ConfigureAwait(false) is { } reason)
        {
            throw new GatewayException(endpoint.Name, "drain", "drain_failed:" + reason, "Correct -DrainCommand; the endpoint was not changed.");
        }

        var result = await change().ConfigureAwait(false);
        var health = await endpoint.ProbeHealthAsync(cancellationToken).ConfigureAwait(false);
        if (health.Outcome == ProbeOutcome.Failed)
        {
            throw new GatewayException(endpoint.Name, "apply", "not_up_after_change:" + health.Reason, "Check the log of this endpoint; the others were not changed.");
        }

        if (await RunAsync(undrain, "UndrainCommand", endpoint, CommandTimeout, CancellationToken.None).ConfigureAwait(false) is { } failure)
        {
            throw new GatewayException(endpoint.Name, "undrain", "undrain_failed:" + failure, "Correct -UndrainCommand and put the endpoint back into the balancer by hand; the others were not changed.");
        }

        drained.Remove(endpoint);
        return result;
    }

    /// <summary>Puts back endpoints that are still out, after a roll-back.</summary>
    /// <returns>Endpoints that could not be put back, each with the reason.</returns>
    internal async Task<IReadOnlyList<string>> UndrainAsync()
    {
        var failures = new List<string>();
        foreach (var endpoint in drained.ToArray())
        {
            if (await RunAsync(undrain, "UndrainCommand", endpoint, CommandTimeout, CancellationToken.None).ConfigureAwait(false) is { } reason)
            {
                failures.Add(endpoint.Name + ": " + reason);
            }

            drained.Remove(endpoint);
        }

        notDrained.Clear();
        return failures;
    }

    private async Task<string?> RunAsync(IReadOnlyList<string> command, string field, IGateway endpoint, TimeSpan timeout, CancellationToken cancellationToken)
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

        var run = new ReloadCommand(program, timeout, time);
        return (await run.RunAsync(cancellationToken).ConfigureAwait(false))?.Replace("reload_", string.Empty);

        string Fill(string text) => isUnit ? SystemdUnit.Escape(text) : text;
    }
}
