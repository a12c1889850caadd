using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.Loopback;

namespace LightningOps.Gateway.Routing;

/// <summary>The live services of a gateway as a table, with what is not known of them.</summary>
public sealed class LiveRoutes
{
    private LiveRoutes(RouteTable table, LiveEvidence evidence, int partlyListed)
    {
        Table = table;
        Evidence = evidence;
        PartlyListed = partlyListed;
    }

    /// <summary>The services.</summary>
    public RouteTable Table { get; }

    /// <summary>Evidence that they are live.</summary>
    public LiveEvidence Evidence { get; }

    /// <summary>Number of services of which the gateway does not list all members.</summary>
    public int PartlyListed { get; }

    /// <summary>Reads a gateway. Endpoints must serve the same services.</summary>
    /// <param name="gateway">The gateway.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The table; null if the gateway does not list its services and they are not known here.</returns>
    /// <exception cref="GatewayException">The gateway, or one of its endpoints, cannot be read.</exception>
    /// <exception cref="ConfigException">Its endpoints serve different services.</exception>
    public static async Task<LiveRoutes?> ReadAsync(IGateway gateway, CancellationToken cancellationToken)
    {
        LiveRoutes? first = null;
        foreach (var endpoint in ServedServices.GetEndpoints(gateway ?? throw new ArgumentNullException(nameof(gateway))))
        {
            if (await ReadEndpointAsync(endpoint, cancellationToken).ConfigureAwait(false) is not { } read)
            {
                return null;
            }

            if (first is not null && !HaveSameServices(first.Table.Services, read.Table.Services))
            {
                throw new ConfigException("Gateway", "has endpoints that serve different services: " + string.Join(", ", ServedServices.GetEndpoints(gateway).Select(static one => one.Name)), "Specify one of the endpoints.");
            }

            first = first is null ? read : new LiveRoutes(first.Table, read.Evidence == LiveEvidence.NotKnown ? read.Evidence : first.Evidence, first.PartlyListed);
        }

        return first;
    }

    private static bool HaveSameServices(IReadOnlyList<GatewayService> one, IReadOnlyList<GatewayService> other) =>
        one.Count == other.Count && one.Zip(other, static (a, b) => a.Name == b.Name && MemberChanges.Between(a, b).Count == 0).All(static isSame => isSame);

    private static async Task<LiveRoutes?> ReadEndpointAsync(IGateway endpoint, CancellationToken cancellationToken)
    {
        var state = await endpoint.ReadStateAsync(cancellationToken).ConfigureAwait(false);
        if (ServedServices.Find(endpoint, state) is not var (served, evidence))
        {
            return null;
        }

        var details = endpoint as IServiceDetails;
        var services = new List<GatewayService>(served.Count);
        var partlyListed = new HashSet<int>();
        foreach (var service in served)
        {
            // A list without details is that of a gateway whose services have no other members.
            var extras = details is null ? service.Extras : details.GetDetail(state, service).Extras;
            if (extras is null)
            {
                partlyListed.Add(services.Count);
            }

            services.Add(extras is null ? service : service with { Extras = extras });
        }

        var offersPayment = details is not null ? details.GetOffersPayment(state) : (state.Snapshot as LoopbackLiveConfiguration)?.Config.OffersCharges;
        var hasAdminApi = endpoint is ApertureAdminGateway || (endpoint as IAdminApiFlag)?.HasAdminApi == true;
        return new LiveRoutes(RouteTable.FromLive(services, offersPayment, hasAdminApi, partlyListed), evidence, partlyListed.Count);
    }
}
