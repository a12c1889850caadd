using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.Endpoints;

namespace LightningOps.Settlements.Books;

/// <summary>Checks with the selling gateways whether a token is still valid. Nothing is changed.</summary>
public sealed class TokenCheck
{
    private readonly IControlPlane controlPlane;
    private readonly IReadOnlyList<IGateway> gateways;
    private readonly Dictionary<IGateway, ApertureList<ApertureToken>> listed = new();

    /// <summary>A check by gateways.</summary>
    /// <param name="controlPlane">Source of the lifetimes of paywalls; its creator disposes it.</param>
    /// <param name="gateways">The gateways; their creator disposes them. Without any, the sales stay unchanged.</param>
    public TokenCheck(IControlPlane controlPlane, IReadOnlyList<IGateway> gateways)
    {
        this.controlPlane = controlPlane;
        this.gateways = gateways;
    }

    /// <summary>The sale with the state of its token.</summary>
    /// <param name="sale">The sale.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<L402Sale> AddToAsync(L402Sale sale, CancellationToken cancellationToken) =>
        gateways.Count == 0 || sale.TokenId is null ? sale : sale with { Token = await FindAsync(sale, sale.TokenId, cancellationToken).ConfigureAwait(false) };

    private async Task<TokenStanding> FindAsync(L402Sale sale, string tokenId, CancellationToken cancellationToken)
    {
        var silent = new List<string>();
        var incomplete = new List<string>();
        foreach (var endpoint in gateways.SelectMany(static gateway => gateway is EndpointGroup group ? group.Endpoints : [gateway]))
        {
            try
            {
                var tokens = await ListAsync(endpoint, cancellationToken).ConfigureAwait(false);
                if (tokens.Any(token => string.Equals(token.TokenId, tokenId, StringComparison.OrdinalIgnoreCase)))
                {
                    return await FindEndAsync(sale, cancellationToken).ConfigureAwait(false) is { } end && end <= DateTimeOffset.UtcNow
                        ? new TokenStanding(TokenState.Expired, "its lifetime ended at " + end.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture))
                        : new TokenStanding(TokenState.Valid, "listed by " + endpoint.Name);
                }

                if (tokens.Missing > 0)
                {
                    incomplete.Add(FormattableString.Invariant($"{endpoint.Name} counts {tokens.Missing} {(tokens.Missing == 1 ? "token" : "tokens")} more than it lists"));
                }
            }
            catch (LightningOpsException failure)
            {
                silent.Add(endpoint.Name + " (" + (failure as GatewayException)?.Reason + ")");
            }
        }

        // Aperture deletes a revoked token and keeps no record of who did it.
        return silent.Count + incomplete.Count > 0
            ? new TokenStanding(TokenState.NotKnown, string.Join("; ", silent.Count == 0 ? incomplete : incomplete.Prepend("not asked: " + string.Join(", ", silent))))
            : new TokenStanding(TokenState.Revoked, await TokenRevocations.FindAsync(controlPlane, tokenId, cancellationToken).ConfigureAwait(false) ?? "no gateway lists it any more; the operator who revoked it is not recorded");
    }

    private async Task<ApertureList<ApertureToken>> ListAsync(IGateway endpoint, CancellationToken cancellationToken)
    {
        if (!listed.TryGetValue(endpoint, out var tokens))
        {
            var aperture = ApertureOperations.Find(endpoint) ?? throw new GatewayException(endpoint.Name, "list tokens", "no_admin_api", "Name an Aperture with an admin API.");
            listed[endpoint] = tokens = await aperture.ListTokensAsync(int.MaxValue, cancellationToken).ConfigureAwait(false);
        }

        return tokens;
    }

    /// <summary>When a token of a paywall with a lifetime expires; null if it has none or it is unknown.</summary>
    private async Task<DateTimeOffset?> FindEndAsync(L402Sale sale, CancellationToken cancellationToken)
    {
        var paywall = (await controlPlane.ListPaywallsAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(listed => listed.PaywallId == sale.PaywallId);
        return paywall?.Policy.CredentialLifetimeSeconds is { } seconds && sale.SettledAtMs is { } paid ? SaleTime.Read(Math.Min(paid, SaleTime.LastMs - (seconds * 1000))).AddSeconds(seconds) : null;
    }
}
