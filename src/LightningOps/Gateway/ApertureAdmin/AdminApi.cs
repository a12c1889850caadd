using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Http;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>The calls of Aperture's admin API (docs/reference/aperture.md#admin-api).</summary>
internal sealed class AdminApi
{
    private const string MacaroonHeader = "Grpc-Metadata-Macaroon";
    private const int NotFound = 404;
    private const int Conflict = 409;
    private const int InternalServerError = 500;
    private readonly GatewayHttp http;
    private readonly string services;
    private readonly string transactions;
    private readonly string info;
    private readonly Func<string> macaroon;
    private readonly string root;
    private readonly ConcurrentDictionary<string, byte> changed = new(StringComparer.Ordinal);

    /// <param name="http">Sends the requests.</param>
    /// <param name="baseUrl">Base URL without a slash at its end.</param>
    /// <param name="macaroon">The macaroon in hex.</param>
    public AdminApi(GatewayHttp http, string baseUrl, Func<string> macaroon)
    {
        this.http = http;
        this.macaroon = macaroon;
        root = baseUrl + "/api/admin/";
        services = baseUrl + "/api/admin/services";
        transactions = baseUrl + "/api/admin/transactions";
        info = baseUrl + "/api/admin/info";
        Health = new GatewayRequest(HttpMethod.Get, new Uri(baseUrl + "/api/admin/health"));
    }

    /// <summary>The request of the health check; it needs no macaroon.</summary>
    public GatewayRequest Health { get; }

    /// <summary>The services in match order.</summary>
    /// <exception cref="GatewayException">The services could not be read.</exception>
    public Task<IReadOnlyList<GatewayService>> ListAsync(CancellationToken cancellationToken) =>
        ReadAsync(services, AdminJson.ReadList, cancellationToken);

    /// <summary>The payment methods offered, except those of each service.</summary>
    /// <exception cref="GatewayException">The services could not be read.</exception>
    public Task<GatewayOffers> ReadInfoAsync(CancellationToken cancellationToken) => ReadAsync(info, AdminJson.ReadInfo, cancellationToken);

    /// <summary>The payment methods offered, with those of each service.</summary>
    /// <exception cref="GatewayException">The services could not be read.</exception>
    public async Task<GatewayOffers> ReadOffersAsync(CancellationToken cancellationToken)
    {
        const string scheme = "authscheme=";
        var offers = await ReadInfoAsync(cancellationToken).ConfigureAwait(false);
        if (!offers.Payments)
        {
            return offers;
        }

        var schemes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var service in await ListAsync(cancellationToken).ConfigureAwait(false))
        {
            schemes[service.Name] = service.Extras.FirstOrDefault(static extra => extra.StartsWith(scheme, StringComparison.Ordinal))?.Substring(scheme.Length) ?? "l402";
        }

        return offers with { Schemes = schemes };
    }

    /// <summary>A page of the settled transactions.</summary>
    /// <exception cref="GatewayException">The page could not be read.</exception>
    public Task<SettledTransactionPage> ListSettledAsync(SettledTransactionQuery query, CancellationToken cancellationToken) =>
        ReadAsync(
            FormattableString.Invariant(
                $"{transactions}?state=settled&start_date={query.From.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}&end_date={query.To.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}&limit={query.Limit}&offset={query.Offset}"),
            TransactionJson.ReadPage,
            cancellationToken);

    /// <summary>Runs one step.</summary>
    /// <returns>False when the list differs from the expected one: the service exists already, or is gone.</returns>
    /// <exception cref="GatewayException">The step was refused, or its outcome is not known.</exception>
    public async Task<bool> ExecuteAsync(AdminStep step, CancellationToken cancellationToken)
    {
        var request = CreateRequest(step);
        changed[step.Name] = 0;
        var answer = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return answer.StatusCode switch
        {
            // A repeated deletion finds nothing to delete.
            NotFound when step is DeleteStep => true,
            NotFound when step is UpdateStep => false,
            Conflict when step is CreateStep => false,
            _ => answer.IsSuccess ? true : throw http.Refused(request, answer, "service " + step.Name + ", " + request.Operation),
        };
    }

    /// <summary>Names of the services with a step sent since the last call.</summary>
    public IReadOnlyList<string> TakeChanged()
    {
        var names = changed.Keys.OrderBy(static name => name, StringComparer.Ordinal).ToArray();
        changed.Clear();
        return names;
    }

    /// <summary>Whether a request that needs the database is answered with 500 while the services are answered; false also if that is not known.</summary>
    public async Task<bool> IsDatabaseDownAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await http.SendOnceAsync(Request(HttpMethod.Get, transactions + "?limit=1", null), cancellationToken).ConfigureAwait(false)).StatusCode == InternalServerError;
        }
        catch (GatewayException)
        {
            return false;
        }
    }

    /// <summary>Reads an answer.</summary>
    /// <exception cref="GatewayException">The page could not be read.</exception>
    public async Task<T> ReadAsync<T>(string address, Func<ReadOnlyMemory<byte>, T> read, CancellationToken cancellationToken)
    {
        var request = Request(HttpMethod.Get, address, null);
        var answer = await http.SendForSuccessAsync(request, request.Operation, cancellationToken).ConfigureAwait(false);
        try
        {
            return read(answer.Body);
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            throw http.Malformed(request, e is FormatException ? e.Message : "json", e);
        }
    }

    /// <summary>Address of a resource of the admin API.</summary>
    public string GetAddress(string place, string query) => root + place + query;

    /// <summary>Why the health check fails; null if it succeeds.</summary>
    public async Task<string?> FindHealthTroubleAsync(CancellationToken cancellationToken)
    {
        try
        {
            await http.SendForSuccessAsync(Health, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (GatewayException failure)
        {
            return failure.Reason;
        }
    }

    /// <summary>Revokes a token.</summary>
    /// <returns>False when the token does not exist, or is not paid.</returns>
    /// <exception cref="GatewayException">The call was refused, or its outcome is not known.</exception>
    public async Task<bool> RevokeAsync(string tokenId, CancellationToken cancellationToken)
    {
        var request = Request(HttpMethod.Delete, GetAddress("tokens/", Uri.EscapeDataString(tokenId)), null);
        var answer = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return answer.StatusCode != NotFound && (answer.IsSuccess ? true : throw http.Refused(request, answer, request.Operation));
    }

    private GatewayRequest CreateRequest(AdminStep step) => step switch
    {
        CreateStep create => Request(HttpMethod.Post, services, AdminJson.Create(create.Desired)),
        UpdateStep update => Request(HttpMethod.Put, GetAddress(update.Name), AdminJson.Update(update.Current, update.Desired)),
        _ => Request(HttpMethod.Delete, GetAddress(step.Name), null),
    };

    private string GetAddress(string name) => services + "/" + Uri.EscapeDataString(name);

    private GatewayRequest Request(HttpMethod method, string address, byte[]? json) => new(method, new Uri(address))
    {
        Json = json,
        Headers = new Dictionary<string, string>(StringComparer.Ordinal) { [MacaroonHeader] = macaroon() },
    };
}
