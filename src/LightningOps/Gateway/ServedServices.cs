using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Gateway.Endpoints;
using LightningOps.Gateway.Loopback;

namespace LightningOps.Gateway;

/// <summary>Reads the live services of gateways.</summary>
public static class ServedServices
{
    /// <summary>The parts of a gateway that each serve by themselves: its endpoints, or itself.</summary>
    public static IReadOnlyList<IGateway> GetEndpoints(IGateway gateway) => gateway is EndpointGroup group ? group.Endpoints : [gateway];

    /// <summary>Live services of one endpoint, in match order; null if the gateway does not list them and they are not known here.</summary>
    /// <param name="gateway">Name of the gateway.</param>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="GatewayException">The page could not be read.</exception>
    public static async Task<IReadOnlyList<ServedService>?> ReadAsync(string gateway, IGateway endpoint, CancellationToken cancellationToken)
    {
        var state = await (endpoint ?? throw new ArgumentNullException(nameof(endpoint))).ReadStateAsync(cancellationToken).ConfigureAwait(false);
        if (Find(endpoint, state) is not var (services, evidence))
        {
            return null;
        }

        var absent = new AbsentServices(state.Origins, services);
        return services.Select((service, place) => Describe(gateway, endpoint, state with { Evidence = evidence }, service, place + 1, absent)).ToArray();
    }

    /// <summary>Why Aperture does not start with the file of an endpoint, so that its services are not served after the next start; null if it starts, or that is not known.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="GatewayException">The file could not be read.</exception>
    public static async Task<string?> FindStartFaultAsync(IGateway endpoint, CancellationToken cancellationToken) =>
        endpoint is ApertureFileGateway file ? ((IServiceReopening)file).FindRefusal(await file.ReadStateAsync(cancellationToken).ConfigureAwait(false))?.Message : null;

    /// <summary>The effective services and their evidence; null if unknown.</summary>
    internal static (IReadOnlyList<GatewayService> Services, LiveEvidence Evidence)? Find(IGateway gateway, GatewayState state) =>
        gateway is IServiceDetails details ? details.GetServed(state)
        : state.Services is { } services ? (services, state.Evidence)
        : null;

    /// <summary>
    /// Whether a service sells, is free of charge, is closed, or asks for payment and fails. One closed at port 9 is free
    /// of charge if a process listens there.
    /// </summary>
    internal static ServedState Classify(GatewayService service) =>
        !service.Sells && service.HasPortZero ? ServedState.Closed
        : service.Sells && (service.HasPortZero || service.PriceSats < 0) ? ServedState.Failing
        : service.Sells ? ServedState.Selling
        : ServedState.Free;

    private static ServedService Describe(string gateway, IGateway endpoint, GatewayState state, GatewayService service, int place, AbsentServices absent)
    {
        var detail = (endpoint as IServiceDetails)?.GetDetail(state, service)
            ?? new ServiceDetail(endpoint is LoopbackGatewayAdapter ? "process" : ServedService.NotKnown, service.Extras);
        var members = new ServedMembers(service, detail);
        var served = Classify(service);
        return new ServedService
        {
            Gateway = gateway,
            Endpoint = endpoint.Name,
            Place = place,
            Name = service.Name,
            Host = service.HostRegexp,
            Path = service.PathRegexp,
            State = served,
            Auth = service.Auth,
            PriceSats = service.Sells && !members.IsDynamic ? service.EffectivePrice : null,
            Scheme = service.Sells ? members.Scheme : "none",
            Lifetime = members.Lifetime,
            Limits = members.Limits,
            Upstream = served == ServedState.Closed ? "closed" : members.Upstream,
            MadeHere = !state.Origins.IsMakerKnown ? ServedService.NotKnown : state.Origins.IsMadeHere(service.Name) ? "yes" : absent.FindSame(service) is not null ? ServedService.NotKnown : "no",
            OwnerId = state.Origins.FindOwner(service.Name),
            Source = detail.Source,
            Evidence = state.Evidence,
        };
    }
}
