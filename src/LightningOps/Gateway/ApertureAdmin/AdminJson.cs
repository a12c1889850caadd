using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Encodings.Web;
using System.Text.Json;
using LightningOps.ApertureYaml;
using LightningOps.Json;
using static LightningOps.Gateway.ApertureAdmin.AdminMembers;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>Services in the admin API's JSON: snake case, 64-bit numbers as strings, missing members as zero values.</summary>
internal static class AdminJson
{
    private const string DefaultScheme = "AUTH_SCHEME_L402";
    private const string SchemeExtra = "authscheme=";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Dictionary<string, string> SchemeNames = new(StringComparer.Ordinal)
    {
        ["AUTH_SCHEME_MPP"] = "mpp",
        ["AUTH_SCHEME_L402_MPP"] = "l402+mpp",
    };

    /// <summary>The services of a list, in match order.</summary>
    /// <exception cref="FormatException">The JSON is not a list of services.</exception>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static IReadOnlyList<GatewayService> ReadList(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var services = new List<GatewayService>();
        foreach (var item in Items(document.RootElement, "services"))
        {
            try
            {
                services.Add(ReadService(item));
            }
            catch (FormatException fault)
            {
                throw new FormatException(FormattableString.Invariant($"services[{services.Count}]{GetName(item)}: {fault.Message}"), fault);
            }
        }

        return services;
    }

    /// <summary>The payment methods in Aperture's information.</summary>
    /// <exception cref="FormatException">The JSON is not such an answer.</exception>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static GatewayOffers ReadInfo(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        return document.RootElement.ValueKind == JsonValueKind.Object
            ? new GatewayOffers { Payments = Flag(document.RootElement, "mpp_enabled"), Sessions = Flag(document.RootElement, "sessions_enabled") }
            : throw new FormatException("info");
    }

    public static byte[] Create(GatewayService service) => Write(json =>
    {
        json.WriteString("name", service.Name);
        WriteMembers(json, service);
        json.WriteString("auth_scheme", GetScheme(service));
    });

    /// <summary>The differing members, for an update in place. Missing members stay unchanged.</summary>
    public static byte[] Update(GatewayService current, GatewayService wanted) => Write(json =>
    {
        WriteIfOther(json, "address", current.Address, wanted.Address);
        WriteIfOther(json, "protocol", current.Protocol, wanted.Protocol);
        WriteIfOther(json, "host_regexp", current.HostRegexp, wanted.HostRegexp);
        WriteIfOther(json, "path_regexp", current.PathRegexp, wanted.PathRegexp);
        WriteIfOther(json, "auth", current.Auth, wanted.Auth);
        if (wanted.IsClosed)
        {
            // It keeps its scheme and price until it is opened again.
            return;
        }

        WriteIfOther(json, "auth_scheme", GetScheme(current), GetScheme(wanted));
        if (current.EffectivePrice != wanted.EffectivePrice)
        {
            json.WriteString("price", wanted.PriceSats.ToString(CultureInfo.InvariantCulture));
        }
    });

    private static string GetName(JsonElement item) =>
        item.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String ? " " + TerminalText.Clean(name.GetString()!) : string.Empty;

    private static GatewayService ReadService(JsonElement item)
    {
        var scheme = Text(item, "auth_scheme");
        return new GatewayService
        {
            Name = Text(item, "name"),
            Address = Text(item, "address"),
            Protocol = Text(item, "protocol"),
            HostRegexp = Text(item, "host_regexp"),
            PathRegexp = Text(item, "path_regexp"),
            PriceSats = Number(item, "price"),
            Auth = GatewayService.NormalizeAuth(Text(item, "auth")),
            Extras = SchemeNames.TryGetValue(scheme, out var name) ? new[] { SchemeExtra + name } : Array.Empty<string>(),
        };
    }

    private static void WriteMembers(Utf8JsonWriter json, GatewayService service)
    {
        json.WriteString("address", service.Address);
        json.WriteString("protocol", service.Protocol);
        json.WriteString("host_regexp", service.HostRegexp);
        json.WriteString("path_regexp", service.PathRegexp);
        json.WriteString("price", service.PriceSats.ToString(CultureInfo.InvariantCulture));
        json.WriteString("auth", service.Auth);
    }

    private static void WriteIfOther(Utf8JsonWriter json, string member, string current, string wanted)
    {
        if (current != wanted)
        {
            json.WriteString(member, wanted);
        }
    }

    private static string GetScheme(GatewayService service)
    {
        foreach (var scheme in SchemeNames)
        {
            foreach (var extra in service.Extras)
            {
                if (extra == SchemeExtra + scheme.Value)
                {
                    return scheme.Key;
                }
            }
        }

        return DefaultScheme;
    }

    private static byte[] Write(Action<Utf8JsonWriter> members) => JsonBytes.WriteObject(members, Options);
}

/// <summary>Transactions in the admin API's JSON: snake case, 64-bit numbers as strings, times of RFC 3339.</summary>
internal static class TransactionJson
{
    /// <summary>A page.</summary>
    /// <exception cref="FormatException">The JSON is not such a page; the member is named.</exception>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static SettledTransactionPage ReadPage(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        return new SettledTransactionPage(Items(document.RootElement, "transactions").Select(Read).ToArray(), Number(document.RootElement, "total_count"));
    }

    private static SettledTransaction Read(JsonElement item) => new()
    {
        Id = Number(item, "id"),
        TokenId = Text(item, "token_id"),
        PaymentHash = Text(item, "payment_hash"),
        ServiceName = Text(item, "service_name"),
        PriceSats = Number(item, "price_sats"),
        CreatedAt = FindTime(item, "created_at"),
        SettledAt = FindTime(item, "settled_at"),
    };
}
