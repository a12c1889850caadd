using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LightningOps.Compile;
using LightningOps.Paywalls;
using LightningOps.Paywalls.Decoding;
using Xunit;

namespace LightningOps.Tests.Docs;

/// <summary>The tables of members in docs/patterns.md against what the decoder reads and the compile accepts.</summary>
public sealed class PaywallTableTests
{
    private const string Page = "docs/patterns.md";
    private const string Topic = "docs/en-US/about_LightningOps_Paywalls.md";

    /// <summary>A value of each member, different from what its absence means.</summary>
    private static readonly JsonObject Complete = JsonNode.Parse(
        """
        {
          "paywallId": "pw", "ownerId": "o", "name": "n", "description": "d", "status": "paused", "requestId": "q", "metadata": {"a": 1}, "createdAtMs": 1, "updatedAtMs": 2,
          "policy": {
            "paywallId": "pw", "ownerId": "o", "pricingMode": "fixed", "fixedAmountMsats": 5000, "maxPerRequestMsats": 6000, "allowedHosts": ["a.example"], "blockedHosts": ["b.example"],
            "quotaPerMinute": 7, "quotaPerDay": 8, "killSwitch": true, "authScheme": "mpp", "credentialLifetimeSeconds": 9, "freebie": 3, "headers": {"X-A": "b"},
            "tlsCertificatePath": "/c.pem", "whitelistPaths": ["/free"], "skipInvoicePaths": ["/skip"], "capabilities": ["read"], "constraints": {"tier": "gold"},
            "dynamicPrice": {"grpcAddress": "p.example:1", "insecure": true, "tlsCertificatePath": "/p.pem", "metered": true},
            "quotaPerMinuteBurst": 4, "quotaPerDayBurst": 5, "createdAtMs": 3, "updatedAtMs": 4
          },
          "routes": [{
            "routeId": "r", "paywallId": "pw", "ownerId": "o", "hostPattern": "a.example", "pathPattern": "/a", "upstreamUrl": "https://u.example", "protocol": "https",
            "timeoutMs": 10, "priority": 11, "serviceName": "s", "createdAtMs": 5, "updatedAtMs": 6
          }]
        }
        """)!.AsObject();

    public static TheoryData<string, string> Members
    {
        get
        {
            var members = new TheoryData<string, string>();
            foreach (var (record, names) in Tables())
            {
                foreach (var name in names.Keys)
                {
                    members.Add(record, name);
                }
            }

            return members;
        }
    }

    [Theory]
    [InlineData("paywall", typeof(Paywall))]
    [InlineData("policy", typeof(PaywallPolicy))]
    [InlineData("dynamicPrice", typeof(DynamicPrice))]
    [InlineData("route", typeof(PaywallRoute))]
    public void The_table_has_each_member_that_is_decoded_and_no_other(string record, Type type)
    {
        var decoded = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(static member => char.ToLowerInvariant(member.Name[0]) + member.Name[1..]).Order(StringComparer.Ordinal);

        Assert.Equal(decoded, Tables()[record].Keys.Order(StringComparer.Ordinal));
        Assert.Equal(decoded, Find(Complete, record).Select(static member => member.Key).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Members))]
    public void A_member_of_the_table_is_read_in_both_spellings_and_is_optional_where_the_table_says_so(string record, string member)
    {
        var all = Decode(Complete);
        Assert.Equal(JsonSerializer.Serialize(all), JsonSerializer.Serialize(Decode(Change(record, static (parent, name) =>
        {
            var value = parent[name]!.DeepClone();
            parent.Remove(name);
            parent[JsonNamingPolicy.SnakeCaseLower.ConvertName(name)] = value;
        }))));
        var without = Change(record, static (parent, name) => parent.Remove(name));
        if (!IsOptional(record, member))
        {
            Assert.EndsWith(member, Assert.Throws<ControlPlaneDecodeException>(() => Decode(without)).Path, StringComparison.Ordinal);
            return;
        }

        Assert.NotNull(Get(all));
        Assert.Null(Get(Decode(without)));

        JsonObject Change(string place, Action<JsonObject, string> change)
        {
            var copy = Complete.DeepClone().AsObject();
            change(Find(copy, place), member);
            return copy;
        }

        object? Get(Paywall paywall)
        {
            object owner = record switch { "paywall" => paywall, "policy" => paywall.Policy, "dynamicPrice" => paywall.Policy.DynamicPrice!, _ => paywall.Routes[0] };
            return owner.GetType().GetProperty(char.ToUpperInvariant(member[0]) + member[1..])!.GetValue(owner);
        }
    }

    [Theory]
    [InlineData("credentialLifetimeSeconds")]
    [InlineData("freebie")]
    public void A_range_of_the_table_is_the_range_of_the_compile(string member)
    {
        var range = Regex.Match(Tables()["policy"][member], @"(?<least>\d+) to (?<most>\d+)");
        var (least, most) = (long.Parse(range.Groups["least"].Value, CultureInfo.InvariantCulture), long.Parse(range.Groups["most"].Value, CultureInfo.InvariantCulture));

        Assert.Equal([false, true, true, false], new[] { least - 1, least, most, most + 1 }.Select(value => Compiles(member, value)));
    }

    [Theory]
    [InlineData("fixedAmountMsats", "more than 0", 0)]
    [InlineData("quotaPerMinuteBurst", "1 or more", 0)]
    [InlineData("quotaPerDayBurst", "1 or more", 0)]
    public void A_least_value_of_the_table_is_that_of_the_compile(string member, string text, long refused)
    {
        Assert.Contains(text, Tables()["policy"][member], StringComparison.Ordinal);
        Assert.Equal([false, true], new[] { refused, refused + 1 }.Select(value => Compiles(member, value)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void A_timeout_of_0_or_less_is_the_one_of_the_table(long timeout)
    {
        var stated = Regex.Match(Tables()["route"]["timeoutMs"], @"0 or less means (\d+)").Groups[1].Value;
        var paywall = Complete.DeepClone().AsObject();
        Find(paywall, "policy").Clear();
        foreach (var member in new[] { "paywallId", "ownerId", "pricingMode", "fixedAmountMsats", "createdAtMs", "updatedAtMs" })
        {
            Find(paywall, "policy")[member] = Find(Complete, "policy")[member]!.DeepClone();
        }

        Find(paywall, "policy")["killSwitch"] = false;
        Find(paywall, "route").Remove("serviceName");
        Find(paywall, "route")["timeoutMs"] = timeout;

        var compiled = PaywallCompiler.Compile([Decode(paywall)], new CompileOptions { Format = ArtifactFormat.RouteDocument });
        Assert.Contains("timeout_ms: " + stated, compiled.ApertureYaml, StringComparison.Ordinal);
    }

    [Fact]
    public void The_help_topic_has_the_text_of_the_page() =>
        Assert.Equal(Text(Page), Text(Topic));

    private static IEnumerable<string> Text(string page) =>
        Repository.Read(page).Split('\n').Select(static line => line.TrimEnd('\r'))
            .SkipWhile(static line => !line.StartsWith("| Member", StringComparison.Ordinal))
            .TakeWhile(static line => line != "## SEE ALSO")
            .Where(static line => line.Length > 0 && !line.StartsWith('#') && !line.Contains("about_LightningOps_Paywalls", StringComparison.Ordinal));

    private static bool Compiles(string member, long value)
    {
        var paywall = Complete.DeepClone().AsObject();
        paywall["status"] = "active";
        var policy = Find(paywall, "policy");
        policy["killSwitch"] = false;
        policy["blockedHosts"] = new JsonArray();
        policy.Remove("maxPerRequestMsats");
        policy.Remove("dynamicPrice");
        policy.Remove("whitelistPaths");
        policy.Remove("skipInvoicePaths");
        policy[member] = value;
        return PaywallCompiler.Compile([Decode(paywall)], new CompileOptions { Format = ArtifactFormat.Aperture }).Valid;
    }

    private static Paywall Decode(JsonObject paywall) =>
        Assert.Single(PaywallSnapshot.Read(Encoding.UTF8.GetBytes("[" + paywall.ToJsonString() + "]"), "table"));

    private static JsonObject Find(JsonObject paywall, string record) => record switch
    {
        "paywall" => paywall,
        "policy" => paywall["policy"]!.AsObject(),
        "dynamicPrice" => paywall["policy"]!["dynamicPrice"]!.AsObject(),
        _ => paywall["routes"]![0]!.AsObject(),
    };

    private static bool IsOptional(string record, string member) =>
        record == "dynamicPrice" ? member != "grpcAddress" : Regex.IsMatch(Tables()[record][member], "[Aa]bsent");

    /// <summary>The members of each table with their meaning; those of a price server are in the row of the policy.</summary>
    private static Dictionary<string, Dictionary<string, string>> Tables()
    {
        var page = Repository.Read(Page);
        var policy = Rows(page, "## Its policy");
        return new Dictionary<string, Dictionary<string, string>>
        {
            ["paywall"] = Rows(page, "## A paywall"),
            ["policy"] = policy,
            ["dynamicPrice"] = Regex.Matches(policy["dynamicPrice"], "`([a-zA-Z]+)`").ToDictionary(static name => name.Groups[1].Value, _ => policy["dynamicPrice"]),
            ["route"] = Rows(page, "## A route"),
        };
    }

    private static Dictionary<string, string> Rows(string page, string heading) =>
        Markdown.GetSection(page, heading)
            .Where(static line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(static line => line.Split('|'))
            .SelectMany(static cells => Regex.Matches(cells[1], "`([a-zA-Z]+)`").Select(name => (Name: name.Groups[1].Value, Meaning: string.Join('|', cells[2..]))))
            .ToDictionary(static row => row.Name, static row => row.Meaning);
}
