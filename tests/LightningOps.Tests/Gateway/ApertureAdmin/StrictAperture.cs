using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using LightningOps.Compile.Languages;
using LightningOps.Gateway;
using LightningOps.Tests.Support;

namespace LightningOps.Tests.Gateway.ApertureAdmin;

/// <summary>
/// Aperture's admin API on loopback, from docs/reference/aperture.md#admin-api and Aperture's admin/server.go, strict about what it is
/// strict about; it keeps every list it ever served. Other paths get a challenge, as a service that sells gives it.
/// </summary>
internal sealed class StrictAperture
{
    public const string Macaroon = "0201036c6e64";
    private const int LongestExpression = 1024;
    private static readonly string[] Reserved = ["/api/admin/", "/api/proxy/", "/_next/"];
    private static readonly string[] Members = ["name", "address", "protocol", "host_regexp", "path_regexp", "price", "auth", "auth_scheme"];
    private readonly List<IReadOnlyList<GatewayService>> history = [[]];

    /// <summary>Services in match order.</summary>
    public IReadOnlyList<GatewayService> Services
    {
        get => history[^1];
        set => history.Add(value);
    }

    /// <summary>Every list served since the last <see cref="Forget"/>, the one then first.</summary>
    public IReadOnlyList<IReadOnlyList<GatewayService>> History => history;

    /// <summary>Calls that changed the list.</summary>
    public int Writes { get; private set; }

    /// <summary>WWW-Authenticate of a service that sells.</summary>
    public string Challenge { get; set; } = "L402 macaroon=\"m\", invoice=\"2000\"";

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
        var target = request.Target;
        if (target == "/api/admin/health")
        {
            return Reply.Json("{\"status\":\"ok\"}");
        }

        if (!target.StartsWith("/api/admin/", StringComparison.Ordinal))
        {
            return request.Headers.ContainsKey("authorization") ? Reply.Json("{}") : Reply.Status(402, ("WWW-Authenticate", Challenge));
        }

        if (request.Headers.GetValueOrDefault("grpc-metadata-macaroon") != Macaroon)
        {
            return Error(401, 16, "missing macaroon");
        }

        var name = target.StartsWith("/api/admin/services/", StringComparison.Ordinal) ? WebUtility.UrlDecode(target["/api/admin/services/".Length..]) : null;
        return (request.Method, name) switch
        {
            ("GET", null) when target == "/api/admin/services" => Reply.Json("{\"services\":[" + string.Join(",", Services.Select(Json)) + "]}"),
            ("POST", null) when target == "/api/admin/services" => Create(request.Body),
            ("PUT", not null) => Update(name, request.Body),
            ("DELETE", not null) => Delete(name),
            _ => Error(501, 12, "Not Implemented"),
        };
    }

    private Reply Create(string text)
    {
        if (!TryRead(text, out var body, out var error))
        {
            return error;
        }

        var service = Merge(new GatewayService { Name = Text(body, "name") ?? string.Empty, Protocol = "http", HostRegexp = ".*" }, body);
        if (service.Name.Length == 0 || service.Address.Length == 0)
        {
            return Error(400, 3, "name and address are required");
        }

        if (Problem(service) is { } problem)
        {
            return Error(400, 3, problem);
        }

        if (Services.Any(other => other.Name == service.Name))
        {
            return Error(409, 6, "service already exists");
        }

        return Cursed.TryGetValue(service.Name, out var status) ? Error(status, 13, "failed to create service") : Serve([.. Services, service], service);
    }

    private Reply Update(string name, string text)
    {
        if (!TryRead(text, out var body, out var error))
        {
            return error;
        }

        if (Services.FirstOrDefault(service => service.Name == name) is not { } current)
        {
            return Error(404, 5, "service not found");
        }

        var service = Merge(current, body);
        if (Problem(service) is { } problem)
        {
            return Error(400, 3, problem);
        }

        return Cursed.TryGetValue(name, out var status)
            ? Error(status, 13, "failed to update services")
            : Serve(Services.Select(other => other.Name == name ? service : other).ToArray(), service);
    }

    private Reply Delete(string name)
    {
        if (Services.All(service => service.Name != name))
        {
            return Error(404, 5, "service not found");
        }

        Serve(Services.Where(service => service.Name != name).ToArray(), Services[0]);
        return Reply.Json("{\"status\":\"deleted\"}");
    }

    private Reply Serve(IReadOnlyList<GatewayService> services, GatewayService answer)
    {
        Writes++;
        Services = services;
        return Reply.Json(Json(answer));
    }

    private static string? Problem(GatewayService service)
    {
        foreach (var expression in new[] { service.HostRegexp, service.PathRegexp })
        {
            if (Encoding.UTF8.GetByteCount(expression) > LongestExpression)
            {
                return "exceeds max length 1024";
            }

            if (!Re2Expression.TryParse(expression, out _, out _))
            {
                return "invalid expression";
            }
        }

        if (service.PathRegexp.Length == 0 || Reserved.Any(path => Regex.IsMatch(path, service.PathRegexp)))
        {
            return "path_regexp must not match reserved paths";
        }

        return service.Protocol is not ("http" or "https") ? "protocol must be 'http' or 'https'"
            : service.PriceSats < 0 ? "price must be >= 0"
            : service.Auth is not ("on" or "off" or "" or "true" or "false") && !Regex.IsMatch(service.Auth, "^freebie [1-9][0-9]*$") ? "invalid auth level"
            : null;
    }

    // As protojson reads it: unknown members are refused, and so is a number where text belongs.
    private static bool TryRead(string text, out JsonObject body, out Reply error)
    {
        body = (JsonObject)JsonNode.Parse(text)!;
        var wrong = body.FirstOrDefault(member => !Members.Contains(member.Key) || member.Value!.GetValueKind() != System.Text.Json.JsonValueKind.String);
        error = Error(400, 3, "proto: unknown field or invalid value " + wrong.Key);
        return wrong.Key is null;
    }

    private static GatewayService Merge(GatewayService service, JsonObject body)
    {
        var merged = service with
        {
            Address = Given(body, "address") ?? service.Address,
            Protocol = Given(body, "protocol") ?? service.Protocol,
            HostRegexp = Given(body, "host_regexp") ?? service.HostRegexp,
            PathRegexp = Given(body, "path_regexp") ?? service.PathRegexp,
            Auth = Given(body, "auth")?.ToLowerInvariant() ?? service.Auth,
            PriceSats = Text(body, "price") is { } price ? long.Parse(price, CultureInfo.InvariantCulture) : service.PriceSats,
        };

        // Aperture proxy/service.go: the default price takes the place of none.
        return merged with { PriceSats = merged.PriceSats == 0 ? 1 : merged.PriceSats };
    }

    private static string? Given(JsonObject body, string member) => Text(body, member) is { Length: > 0 } text ? text : null;

    private static string? Text(JsonObject body, string member) => (string?)body[member];

    private static string Json(GatewayService service) => new JsonObject
    {
        ["name"] = service.Name,
        ["address"] = service.Address,
        ["protocol"] = service.Protocol,
        ["host_regexp"] = service.HostRegexp,
        ["path_regexp"] = service.PathRegexp,
        ["price"] = service.PriceSats.ToString(CultureInfo.InvariantCulture),
        ["auth"] = service.Auth,
        ["auth_scheme"] = "AUTH_SCHEME_L402",
    }.ToJsonString();

    private static Reply Error(int status, int code, string message) =>
        Reply.Json("{\"code\":" + code + ",\"message\":\"" + message + "\",\"details\":[]}", status);
}
