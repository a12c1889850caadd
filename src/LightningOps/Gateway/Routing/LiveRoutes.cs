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

    /// <summary>Reads a gateway.</summary>
    /// <param name="gateway">The gateway.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The table; null if the gateway does not list its services and they are not known here.</returns>
    /// <exception cref="GatewayException">The gateway cannot be read.</exception>
    public static async Task<LiveRoutes?> ReadAsync(IGateway gateway, CancellationToken cancellationToken)
    {
        // One endpoint knows more of its services than the group.
        var endpoints = ServedServices.GetEndpoints(gateway ?? throw new ArgumentNullException(nameof(gateway)));
        var read = endpoints.Count == 1 ? endpoints[0] : gateway;
        var state = await read.ReadStateAsync(cancellationToken).ConfigureAwait(false);
        if (ServedServices.Find(read, state) is not var (served, evidence))
        {
            return null;
        }

        var details = read as IServiceDetails;
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
        var hasAdminApi = read is ApertureAdminGateway || (read as IAdminApiFlag)?.HasAdminApi == true;
        return new LiveRoutes(RouteTable.FromLive(services, offersPayment, hasAdminApi, partlyListed), evidence, partlyListed.Count);
    }
}
