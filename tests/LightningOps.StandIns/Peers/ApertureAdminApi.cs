using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.Loopback.Matching;
using LightningOps.L402.Macaroons;
using LightningOps.Re2.Syntax;

namespace LightningOps.Tests.Gateway.Model;

/// <summary>Status and body of an answer of the admin API.</summary>
internal readonly record struct AdminAnswer(int Status, string Body);

/// <summary>
/// The REST part of Aperture's admin API as it was recorded (Vectors/aperture/admin.jsonl): the services it serves, and the
/// transactions it began with.
/// </summary>
internal sealed class ApertureAdminApi
{
    public const string Path = "/api/admin/";
    private const int MaxExpressionBytes = 1024;
    private const long MaxPriceSats = 10_000_000_000_000;
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;
    private const string DefaultScheme = "AUTH_SCHEME_L402";
    private const string SchemePrefix = "auth_scheme=";
    private static readonly string[] Schemes = [DefaultScheme, "AUTH_SCHEME_MPP", "AUTH_SCHEME_L402_MPP"];
    private static readonly string[] Reserved = ["/api/admin/", "/api/proxy/", "/_next/"];
    private static readonly string[] Members = ["name", "address", "protocol", "host_regexp", "path_regexp", "price", "auth", "auth_scheme"];
    private readonly string macaroon;

    /// <param name="macaroon">The admin macaroon, hex.</param>
    public ApertureAdminApi(string macaroon) => this.macaroon = macaroon;

    /// <summary>Services in match order.</summary>
    public IReadOnlyList<GatewayService> Services { get; set; } = [];

    /// <summary>Sales, the newest first, with their members as they are answered.</summary>
    public List<JsonObject> Transactions { get; } = [];

    /// <summary>Address named by the info.</summary>
    public string ListenAddress { get; init; } = "127.0.0.1:8261";

    /// <summary>Whether Payment is offered beside L402.</summary>
    public bool OffersPayment { get; set; }

    /// <summary>Whether the database does not answer: its lists fail, changes live in memory only.</summary>
    public bool IsDatabaseDown { get; set; }

    /// <summary>Told of the services after each change, with the name of the one created or updated, and null for the one deleted.</summary>
    public Action<string, GatewayService?>? Changed { get; set; }

    /// <summary>Gives the status with which a create or update of a name fails, or null.</summary>
    public Func<string, int?> FailureFor { get; set; } = static _ => null;

    /// <summary>An error as grpc-gateway writes it.</summary>
    public static AdminAnswer Error(int status, int code, string message) =>
        new(status, new JsonObject { ["code"] = code, ["message"] = message, ["details"] = new JsonArray() }.ToJsonString());

    /// <summary>Answers a request below <see cref="Path"/>.</summary>
    /// <param name="method">The method.</param>
    /// <param name="target">Path and query, as sent.</param>
    /// <param name="credential">Value of the macaroon header, or null.</param>
    /// <param name="body">The body; empty for none.</param>
    public AdminAnswer Answer(string method, string target, string? credential, string body)
    {
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var query = ReadQuery(question < 0 ? string.Empty : target[(question + 1)..]);
        var path = Uri.UnescapeDataString((question < 0 ? target : target[..question])[Path.Length..]).Split('/');
        string[]? allowed = (path[0], path.Length) switch
        {
            ("health" or "info" or "stats" or "transactions" or "tokens", 1) => ["GET"],
            ("services", 1) => ["GET", "POST"],
            ("services", 2) => ["PUT", "DELETE"],
            ("tokens", 2) => ["DELETE"],
            _ => null,
        };
        return allowed is null ? Error(404, 5, "Not Found")
            : !allowed.Contains(method) ? (method == "HEAD" ? new AdminAnswer(501, string.Empty) : Error(501, 12, "Method Not Allowed"))
            : path[0] == "health" ? new AdminAnswer(200, "{\"status\":\"ok\"}")
            : Refuse(credential) is { } refused ? Error(401, 16, refused)
            : path[0] switch
            {
                "info" => Info(),
                "services" => AnswerServices(method, path, body),
                _ when IsDatabaseDown => Error(500, 13, path[0] == "stats" ? "failed to get revenue stats" : "failed to list " + path[0]),
                "stats" => Stats(query),
                "transactions" => ListTransactions(query),
                _ => path.Length == 2 ? Revoke(path[1]) : ListTokens(query),
            };
    }

    private string? Refuse(string? credential)
    {
        if (credential is null)
        {
            return "missing macaroon";
        }

        if (credential == macaroon)
        {
            return null;
        }

        try
        {
            return Macaroon.TryParse(Convert.FromHexString(credential), out _, out _) ? "macaroon verification failed" : "invalid macaroon";
        }
        catch (FormatException)
        {
            return "invalid macaroon encoding";
        }
    }

    private AdminAnswer Info() => Json(new JsonObject
    {
        ["network"] = "simnet",
        ["listen_addr"] = ListenAddress,
        ["insecure"] = true,
        ["mpp_enabled"] = OffersPayment,
        ["sessions_enabled"] = false,
        ["mpp_realm"] = string.Empty,
    });

    private AdminAnswer AnswerServices(string method, string[] path, string body) => (method, path.Length) switch
    {
        ("GET", _) => Json(new JsonObject { ["services"] = new JsonArray([.. Services.Select(GetJson)]) }),
        (_, 2) when path[1].Length == 0 => Error(400, 3, "missing service name"),
        ("POST", _) => Create(body),
        ("PUT", _) => Update(path[1], body),
        _ => Delete(path[1]),
    };

    private AdminAnswer Create(string text)
    {
        if (ReadMembers(text, out var given) is { } malformed)
        {
            return malformed;
        }

        var service = Merge(new GatewayService { Name = given.GetValueOrDefault("name") ?? string.Empty, Protocol = "http", HostRegexp = ".*" }, given);
        return service.Name.Length == 0 ? Error(400, 3, "name is required")
            : service.Address.Length == 0 ? Error(400, 3, "address is required")
            : FindProblem(service, static _ => true) is { } problem ? Error(400, 3, problem)
            : Services.Any(other => other.Name == service.Name) ? Error(409, 6, "service already exists")
            : service.PriceSats > MaxPriceSats ? Error(500, 13, "failed to create service")
            : FailureFor(service.Name) is { } failure ? Error(failure, 13, "failed to create service")
            : Serve([.. Services, service], service);
    }

    private AdminAnswer Update(string name, string text)
    {
        if (ReadMembers(text, out var given) is { } malformed)
        {
            return malformed;
        }

        if (Services.FirstOrDefault(service => service.Name == name) is not { } current)
        {
            return Error(404, 5, "service not found");
        }

        var service = Merge(current, given);
        return FindProblem(service, given.ContainsKey) is { } problem ? Error(400, 3, problem)
            : service.PriceSats > MaxPriceSats ? Error(500, 13, "failed to update services")
            : FailureFor(name) is { } failure ? Error(failure, 13, "failed to update services")
            : Serve(Services.Select(other => other.Name == name ? service : other).ToArray(), service);
    }

    private AdminAnswer Delete(string name)
    {
        if (Services.All(service => service.Name != name))
        {
            return Error(404, 5, "service not found");
        }

        Services = Services.Where(service => service.Name != name).ToArray();
        Changed?.Invoke(name, null);
        return new AdminAnswer(200, "{\"status\":\"deleted\"}");
    }

    private AdminAnswer Serve(IReadOnlyList<GatewayService> services, GatewayService changed)
    {
        Services = services;
        Changed?.Invoke(changed.Name, changed);
        return Json(GetJson(changed));
    }

    /// <summary>Why a service is refused, or null; an update has only its own members checked.</summary>
    private static string? FindProblem(GatewayService service, Func<string, bool> isChecked) =>
        isChecked("protocol") && service.Protocol is not ("http" or "https") ? "protocol must be 'http' or 'https', got \"" + service.Protocol + "\""
        : (isChecked("host_regexp") ? FindProblem("host_regexp", service.HostRegexp) : null)
        ?? (isChecked("path_regexp") ? FindProblem("path_regexp", service.PathRegexp) ?? FindReserved(service.PathRegexp) : null)
        ?? (isChecked("price") && service.PriceSats < 0 ? "price must be >= 0" : null)
        ?? (isChecked("auth") ? FindAuthProblem(service.Auth) : null);

    private static string? FindProblem(string member, string expression) =>
        Encoding.UTF8.GetByteCount(expression) > MaxExpressionBytes ? member + " exceeds max length 1024"
        : Re2Expression.TryParse(expression, out _, out var error) ? null
        : "invalid " + member + ": error parsing regexp: " + error.Message;

    private static string? FindReserved(string expression) =>
        expression.Length == 0 || (TextMatcher.Create(expression) is { } matcher && Reserved.Any(matcher.IsMatch))
            ? "path_regexp must not match reserved paths (" + string.Join(", ", Reserved) + ")"
            : null;

    private static string? FindAuthProblem(string auth)
    {
        const string Freebie = "freebie ";
        return auth is "" or "on" or "off" or "true" or "false" ? null
            : !auth.StartsWith(Freebie, StringComparison.Ordinal) ? "invalid auth level \"" + auth + "\", must be 'on', 'off', or 'freebie N'"
            : int.TryParse(auth[Freebie.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? null
            : "invalid freebie count, must be a positive integer";
    }

    // Like protojson: unknown members are refused, and each error has its position.
    private static AdminAnswer? ReadMembers(string text, out Dictionary<string, string> given)
    {
        given = [];
        var bytes = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes);
        try
        {
            if (text.Trim().Length == 0)
            {
                return null;
            }

            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return Malformed("syntax error (line 1:" + GetColumn(reader) + "): unexpected token " + text[(int)reader.TokenStartIndex]);
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                if (!Members.Contains(name))
                {
                    return Malformed("(line 1:" + GetColumn(reader) + "): unknown field \"" + name + "\"");
                }

                reader.Read();
                if (ReadValue(name, reader) is { } value)
                {
                    given[name] = value;
                }
                else
                {
                    var raw = Encoding.UTF8.GetString(bytes[(int)reader.TokenStartIndex..(int)reader.BytesConsumed]);
                    var type = name == "price" ? "int64" : name == "auth_scheme" ? "enum" : "string";
                    return Malformed("(line 1:" + GetColumn(reader) + "): invalid value for " + type + " type: " + raw);
                }
            }

            return null;
        }
        catch (JsonException)
        {
            return Error(400, 3, "unexpected EOF");
        }
    }

    private static string? ReadValue(string name, Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Number when name == "price" => reader.TryGetInt64(out var price) ? price.ToString(CultureInfo.InvariantCulture) : null,
        JsonTokenType.String when name == "price" => long.TryParse(reader.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var price) ? price.ToString(CultureInfo.InvariantCulture) : null,
        JsonTokenType.String when name == "auth_scheme" => Schemes.Contains(reader.GetString()) ? reader.GetString() : null,
        JsonTokenType.String => reader.GetString(),
        _ => null,
    };

    private static string GetColumn(Utf8JsonReader reader) => (reader.TokenStartIndex + 1).ToString(CultureInfo.InvariantCulture);

    // Go's protobuf puts a no-break space after its name.
    private static AdminAnswer Malformed(string message) => Error(400, 3, "proto:\u00a0" + message);

    private static GatewayService Merge(GatewayService service, Dictionary<string, string> given)
    {
        var price = given.TryGetValue("price", out var text) ? long.Parse(text, CultureInfo.InvariantCulture) : service.PriceSats;
        return service with
        {
            Address = Given("address") ?? service.Address,
            Protocol = Given("protocol") ?? service.Protocol,
            HostRegexp = Given("host_regexp") ?? service.HostRegexp,
            PathRegexp = Given("path_regexp") ?? service.PathRegexp,
            Auth = Given("auth")?.ToLowerInvariant() ?? service.Auth,

            // Aperture proxy/service.go: the default price replaces a missing one.
            PriceSats = price == 0 ? 1 : price,
            Extras = Given("auth_scheme") is { } scheme ? (scheme == DefaultScheme ? [] : [SchemePrefix + scheme]) : service.Extras,
        };

        string? Given(string member) => given.GetValueOrDefault(member) is { Length: > 0 } value ? value : null;
    }

    private static JsonObject GetJson(GatewayService service) => new()
    {
        ["name"] = service.Name,
        ["address"] = service.Address,
        ["protocol"] = service.Protocol,
        ["host_regexp"] = service.HostRegexp,
        ["path_regexp"] = service.PathRegexp,
        ["price"] = service.PriceSats.ToString(CultureInfo.InvariantCulture),
        ["auth"] = service.Auth,
        ["auth_scheme"] = service.Extras.FirstOrDefault(extra => extra.StartsWith(SchemePrefix, StringComparison.Ordinal)) is { } scheme ? scheme[SchemePrefix.Length..] : DefaultScheme,
    };

    private AdminAnswer ListTransactions(Dictionary<string, string> query)
    {
        if (ReadPage(query, out var limit, out var offset) is { } refused)
        {
            return refused;
        }

        var state = query.GetValueOrDefault("state") ?? string.Empty;
        if (state is not ("" or "pending" or "settled"))
        {
            return Error(400, 3, "invalid state \"" + state + "\", must be 'pending' or 'settled'");
        }

        if (ReadRange(query, "start_date", "end_date", new RangeErrors("both start_date and end_date must be set together", "invalid {0} format", "end_date must be >= start_date"), out var range) is { } outside)
        {
            return outside;
        }

        var service = query.GetValueOrDefault("service") ?? string.Empty;
        var found = Transactions.Where(sale => (state.Length == 0 || Text(sale, "state") == state) && (service.Length == 0 || Text(sale, "service_name") == service) && IsWithin(sale, range)).ToArray();
        return Page("transactions", found, limit, offset);
    }

    private AdminAnswer ListTokens(Dictionary<string, string> query) =>
        ReadPage(query, out var limit, out var offset) ?? Page("tokens", Settled().ToArray(), limit, offset);

    private AdminAnswer Revoke(string id)
    {
        byte[] bytes;
        try
        {
            bytes = Convert.FromHexString(id);
        }
        catch (FormatException)
        {
            return Error(400, 3, "invalid token ID");
        }

        return bytes.Length != 32 ? Error(400, 3, FormattableString.Invariant($"token ID must be 32 bytes, got {bytes.Length}"))
            : Transactions.RemoveAll(sale => Text(sale, "token_id") == id && Text(sale, "state") == "settled") == 0 ? Error(404, 5, "token not found")
            : new AdminAnswer(200, "{\"status\":\"revoked\"}");
    }

    private AdminAnswer Stats(Dictionary<string, string> query)
    {
        if (ReadRange(query, "from", "to", new RangeErrors("both 'from' and 'to' must be set together", "invalid '{0}' time format", "'to' must be greater than or equal to 'from'"), out var range) is { } outside)
        {
            return outside;
        }

        var settled = Settled().Where(sale => IsWithin(sale, range)).ToArray();
        return Json(new JsonObject
        {
            ["total_revenue_sats"] = Sum(settled),
            ["transaction_count"] = settled.Length.ToString(CultureInfo.InvariantCulture),
            ["service_breakdown"] = new JsonArray([.. settled.GroupBy(sale => Text(sale, "service_name")).Select(sales => new JsonObject
            {
                ["service_name"] = sales.Key,
                ["total_revenue_sats"] = Sum(sales),
            })]),
        });
    }

    private IEnumerable<JsonObject> Settled() => Transactions.Where(sale => Text(sale, "state") == "settled");

    private static AdminAnswer? ReadPage(Dictionary<string, string> query, out int limit, out int offset)
    {
        offset = 0;
        limit = DefaultLimit;
        foreach (var name in new[] { "limit", "offset" })
        {
            if (query.TryGetValue(name, out var text) && !int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            {
                return Error(400, 3, "parsing field \"" + name + "\": strconv.ParseInt: parsing \"" + text + "\": invalid syntax");
            }
        }

        if (query.TryGetValue("limit", out var most) && int.Parse(most, CultureInfo.InvariantCulture) is > 0 and var asked)
        {
            limit = Math.Min(asked, MaxLimit);
        }

        offset = query.TryGetValue("offset", out var first) ? int.Parse(first, CultureInfo.InvariantCulture) : 0;
        return offset < 0 ? Error(400, 3, "offset must be >= 0") : null;
    }

    private static AdminAnswer? ReadRange(Dictionary<string, string> query, string from, string to, RangeErrors errors, out (DateTimeOffset From, DateTimeOffset To)? range)
    {
        range = null;
        var bounds = new DateTimeOffset[2];
        if (query.ContainsKey(from) != query.ContainsKey(to))
        {
            return Error(400, 3, errors.OneOnly);
        }

        if (!query.ContainsKey(from))
        {
            return null;
        }

        foreach (var (name, i) in new[] { (from, 0), (to, 1) })
        {
            if (!DateTimeOffset.TryParseExact(query[name], "yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out bounds[i]))
            {
                return Error(400, 3, string.Format(CultureInfo.InvariantCulture, errors.NotATime, name));
            }
        }

        range = (bounds[0], bounds[1]);
        return bounds[1] < bounds[0] ? Error(400, 3, errors.Reversed) : null;
    }

    // For a requested range, only settlements within it count.
    private static bool IsWithin(JsonObject sale, (DateTimeOffset From, DateTimeOffset To)? range) =>
        range is not { } asked
        || (DateTimeOffset.TryParse(Text(sale, "settled_at"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) && at >= asked.From && at <= asked.To);

    private static AdminAnswer Page(string member, JsonObject[] found, int limit, int offset) => Json(new JsonObject
    {
        [member] = new JsonArray([.. found.Skip(offset).Take(limit).Select(static sale => sale.DeepClone())]),
        ["total_count"] = found.Length.ToString(CultureInfo.InvariantCulture),
    });

    private static Dictionary<string, string> ReadQuery(string query) => query
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(static pair => pair.Split('=', 2))
        .GroupBy(static pair => pair[0])
        .ToDictionary(static pairs => pairs.Key, static pairs => Uri.UnescapeDataString(pairs.Last().ElementAtOrDefault(1) ?? string.Empty));

    private static string Sum(IEnumerable<JsonObject> sales) =>
        sales.Sum(static sale => long.Parse(Text(sale, "price_sats"), CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture);

    private static string Text(JsonObject sale, string member) => (string?)sale[member] ?? string.Empty;

    private static AdminAnswer Json(JsonObject body) => new(200, body.ToJsonString());

    private sealed record RangeErrors(string OneOnly, string NotATime, string Reversed);
}
