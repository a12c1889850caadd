using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Tests.Gateway.Model;
using LightningOps.Tests.L402.Bolt11;
using LightningOps.Tests.Support;

namespace LightningOps.Tests.Gateway.ApertureAdmin;

/// <summary>
/// The admin API of the model of Aperture behind a scripted server; it keeps every list it ever served. Other paths get
/// what a buyer gets: the challenge of a service that sells, and of one that is closed that it reaches nothing.
/// </summary>
internal sealed class StrictAperture
{
    public const string Macaroon = "0201036c6e64";
    private const long AnyPrice = 2;
    private readonly ApertureAdminApi api = new(Macaroon);
    private readonly List<IReadOnlyList<GatewayService>> history = [[]];

    public StrictAperture()
    {
        api.FailureFor = name => Cursed.TryGetValue(name, out var status) ? status : null;
        api.Changed = (_, _) =>
        {
            Writes++;
            history.Add(api.Services);
        };
    }

    /// <summary>Services in match order.</summary>
    public IReadOnlyList<GatewayService> Services
    {
        get => history[^1];
        set
        {
            api.Services = value;
            history.Add(value);
        }
    }

    /// <summary>Every list served since the last <see cref="Forget"/>, the one then first.</summary>
    public IReadOnlyList<IReadOnlyList<GatewayService>> History => history;

    /// <summary>Calls that changed the list.</summary>
    public int Writes { get; private set; }

    /// <summary>WWW-Authenticate of a service that sells; null for one that asks its price.</summary>
    public string? Challenge { get; set; }

    /// <summary>Token and price of the challenges, by service; one that is not there asks what it lists.</summary>
    public Dictionary<string, (string Token, long Sats)> Tokens { get; } = [];

    /// <summary>Whether Payment is offered beside L402.</summary>
    public bool OffersPayment
    {
        get => api.OffersPayment;
        set => api.OffersPayment = value;
    }

    /// <summary>Whether the info is not answered.</summary>
    public bool HidesInfo { get; set; }

    /// <summary>Names that no create or update is taken of, with the status they get.</summary>
    public Dictionary<string, int> Cursed { get; } = [];

    public void Forget()
    {
        history.RemoveRange(0, history.Count - 1);
        Writes = 0;
    }

    public Task<Reply> AnswerAsync(RecordedRequest request)
    {
        lock (history)
        {
            return Task.FromResult(Answer(request));
        }
    }

    private Reply Answer(RecordedRequest request)
    {
        if (!request.Target.StartsWith(ApertureAdminApi.Path, StringComparison.Ordinal))
        {
            return AnswerBuyer(request);
        }

        if (HidesInfo && request.Target.EndsWith("/info", StringComparison.Ordinal))
        {
            return Reply.Status(404);
        }

        var answer = api.Answer(request.Method, request.Target, request.Headers.GetValueOrDefault("grpc-metadata-macaroon"), request.Body);
        return Reply.Json(answer.Body, answer.Status);
    }

    private Reply AnswerBuyer(RecordedRequest request)
    {
        var service = Services.FirstOrDefault(service => Matches(service.HostRegexp, request.Headers.GetValueOrDefault("host", string.Empty)) && Matches(service.PathRegexp, request.Target));
        return service is { IsClosed: true } ? Reply.Status(502)
            : request.Headers.ContainsKey("authorization") ? Reply.Json("{}")
            : service is not null && Tokens.TryGetValue(service.Name, out var asked) ? Reply.Status(402, ("WWW-Authenticate", Invoices.Challenge(asked.Sats * Msats.PerSatoshi).Replace("\"m\"", "\"" + asked.Token + "\"", StringComparison.Ordinal)))
            : Reply.Status(402, ("WWW-Authenticate", Challenge ?? Invoices.Challenge(Math.Max(1, service?.PriceSats ?? AnyPrice) * Msats.PerSatoshi)));
    }

    private static bool Matches(string? expression, string text) => expression is null || Regex.IsMatch(text, expression, RegexOptions.CultureInvariant);
}
