using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Json;

namespace LightningOps.Settlements.Books;

/// <summary>Records who revoked a token, as an event of the control plane. Aperture deletes a revoked token and keeps no record.</summary>
public static class TokenRevocations
{
    private const string EventType = "token_revoked";
    private const string ByMember = "revokedBy";

    /// <summary>Records the revocation of a token whose sale is in the books. Without the sale its owner is unknown.</summary>
    /// <param name="controlPlane">The control plane that records it.</param>
    /// <param name="tokenId">Token id, hex.</param>
    /// <param name="gateway">Name of the gateway.</param>
    /// <param name="by">User who revoked it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Whether it was recorded.</returns>
    /// <exception cref="LightningOpsException">The control plane did not record it.</exception>
    public static async Task<bool> RecordAsync(IControlPlane controlPlane, string tokenId, string gateway, string by, CancellationToken cancellationToken)
    {
        if (controlPlane is not ISettlementHistory books
            || (await new SaleFinder(books).FindByTokenAsync(tokenId, cancellationToken).ConfigureAwait(false)).FirstOrDefault() is not { } sale)
        {
            return false;
        }

        await controlPlane.RecordEventAsync(
            new GatewayEventDraft
            {
                PaywallId = sale.PaywallId,
                OwnerId = sale.OwnerId,
                EventType = EventType,
                Level = EventLevel.Info,
                RequestId = GetRequestId(tokenId),
                Metadata = JsonText.From(ArtifactJson.Serialize(new Dictionary<string, object> { [ByMember] = by, ["gateway"] = gateway })),
            },
            cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Who revoked a token and when, in a few words; null if it is not recorded.</summary>
    /// <param name="controlPlane">The control plane that records it.</param>
    /// <param name="tokenId">Token id, hex.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<string?> FindAsync(IControlPlane controlPlane, string tokenId, CancellationToken cancellationToken)
    {
        if (controlPlane is not IDeploymentHistory history)
        {
            return null;
        }

        var events = await history.ListEventsAsync(new GatewayEventQuery { RequestId = GetRequestId(tokenId), First = 1 }, cancellationToken).ConfigureAwait(false);
        if (events.FirstOrDefault(static recorded => recorded.EventType == EventType) is not { Metadata: { } metadata } found)
        {
            return null;
        }

        using var document = JsonDocument.Parse(metadata.Value);
        return "by " + document.RootElement.GetProperty(ByMember).GetString() + " at " + DateTimeOffset.FromUnixTimeMilliseconds(found.CreatedAtMs).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
    }

    private static string GetRequestId(string tokenId) => "revoke:" + tokenId.Trim().ToLowerInvariant();
}
