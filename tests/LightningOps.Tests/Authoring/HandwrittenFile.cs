using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace LightningOps.Tests.Authoring;

/// <summary>
/// An aperture.yaml as people write them: comments, blank lines, members in any order, each value in any spelling of YAML, anchors, and every
/// member that a service has. One number gives one file.
/// </summary>
internal sealed class HandwrittenFile
{
    private readonly Random random;
    private readonly List<string> foreign = new();
    private readonly Dictionary<string, bool> stated = new(StringComparer.Ordinal);
    private readonly List<string> anchors = new();

    public HandwrittenFile(int seed)
    {
        random = new Random(seed);
        var lineEnd = Chance(15) ? "\r\n" : "\n";
        var dash = new string(' ', random.Next(3) * 2);
        var text = new StringBuilder();
        var head = new[] { "listenaddr: \"127.0.0.1:1\"", "insecure: true   # behind nginx", "authenticator:\n  disable: true", "debuglevel: info" };
        var split = random.Next(head.Length + 1);
        text.Append(Chance(20) ? "---\n" : string.Empty).Append(Comment(string.Empty)).Append(string.Join("\n", head.Take(split))).Append(split == 0 ? string.Empty : "\n");
        text.Append(Chance(50) ? "\n" : string.Empty).Append("services:").Append(Chance(30) ? "  # in match order" : string.Empty).Append('\n');
        var count = random.Next(1, 7);
        for (var place = 0; place < count; place++)
        {
            text.Append(Comment(dash)).Append(Service(place, dash)).Append(Chance(40) ? "\n" : string.Empty);
        }

        text.Append(string.Join("\n", head.Skip(split))).Append(split == head.Length ? string.Empty : "\n").Append(Chance(30) ? "# the end\n" : string.Empty);
        Text = text.ToString().Replace("\n", lineEnd);
    }

    /// <summary>The file.</summary>
    public string Text { get; }

    /// <summary>Names of the services that no paywall can be.</summary>
    public IReadOnlyList<string> Foreign => foreign;

    /// <summary>Whether a service states its price.</summary>
    public bool StatesPrice(string name) => stated[name];

    private bool Chance(int percent) => random.Next(100) < percent;

    private T Pick<T>(params T[] choices) => choices[random.Next(choices.Length)];

    private string Comment(string indent) => Chance(35) ? indent + Pick("# sold since spring", "# TODO ask bob: is 5 sat enough?", "#old: price: 3", "# ---", "#") + "\n" : string.Empty;

    private string Service(int place, string dash)
    {
        var id = place.ToString(CultureInfo.InvariantCulture);
        var name = Pick("svc" + id, "shop.route-" + id, "Service " + id, "pr\u00e9cio_" + id);
        var members = new List<(string Key, string Value)>
        {
            ("hostregexp", Spell(Pick("^h" + id + "\\.example$", ".*", "^(www\\.)?h" + id + "\\.example(:[0-9]+)?$"))),
            ("pathregexp", Spell(Pick("^/p" + id + "/.*$", "^/p" + id + "(/.*)?$", "^/p" + id + "/[a-z]+\\.json$"))),
            ("address", Address(id)),
            ("protocol", Spell(Pick("http", "https"))),
        };
        var isStated = Chance(85);
        stated[name] = isStated;
        if (isStated)
        {
            var price = random.Next(1, 5000);
            members.Add(("price", Pick(price.ToString(CultureInfo.InvariantCulture), "0x" + price.ToString("x", CultureInfo.InvariantCulture), "\"" + price + "\"", "'" + price + "'", price >= 1000 ? price.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', '_') : "0o" + Convert.ToString(price, 8))));
        }

        var freebie = Chance(15);
        if (freebie || Chance(30))
        {
            members.Add(("auth", freebie ? Spell("freebie " + random.Next(1, 9)) : Pick("on", "\"on\"", "'on'")));
        }

        Add(25, "timeout", () => Pick("3600", "86_400", "0x10"));
        Add(20, "capabilities", () => Spell(Pick("read", "add,subtract")));
        Add(20, "constraints", () => "{ \"valid_until\": 1682483169 }");
        Add(20, "headers", () => Pick("{ X-Api-Key: \"${KEY}\" }", "{X-Kind: 'shop', Accept-Language: en}"));
        Add(15, "authwhitelistpaths", () => "['^/p" + id + "/about$']");
        Add(15, "authskipinvoicecreationpaths", () => "[ '^/p" + id + "/stream$' ]");
        Add(15, "authscheme", () => Pick("l402", "\"l402\""));
        Add(20, "ratelimits", () => "[{pathregexp: " + members.First(static member => member.Key == "pathregexp").Value + ", requests: 60, per: 60s, burst: 5}]");
        Add(10, "dynamicprice", () => "{enabled: true, grpcaddress: \"127.0.0.1:10010\", insecure: true}");
        Add(10, "rewrite", () => "{ prefix: /v1 }");
        if (members.Any(static member => member.Key == "protocol" && member.Value.Contains("https", StringComparison.Ordinal)))
        {
            Add(50, "tlscertpath", () => "certs/up.pem");
        }

        if (Chance(12))
        {
            foreign.Add(name);
            members.RemoveAll(static member => member.Key is "auth" or "ratelimits" or "headers" or "dynamicprice" or "timeout");
            members.Add(Pick(("auth", "\"off\""), ("ratelimits", "[{pathregexp: '^/p" + id + "$', requests: 5, per: 1h}]"), ("headers", "{Authorization: \"Bearer 0123456789abcdef\"}")));
        }
        else if (!isStated && members.Any(static member => member.Key is "timeout" or "capabilities" or "constraints"))
        {
            // Aperture loses these terms.
            foreign.Add(name);
        }

        members = [.. members.OrderBy(_ => random.Next())];
        members.Insert(Chance(70) ? 0 : random.Next(members.Count + 1), ("name", Spell(name)));

        // A flow mapping has no plain value with a flow character in it: those are quoted by Spell.
        return Chance(15) && !members.Any(static member => member.Value.Contains('&', StringComparison.Ordinal))
            ? dash + "- {" + string.Join(", ", members.Select(static member => member.Key + ": " + member.Value)) + "}\n"
            : string.Concat(members.Select((member, number) =>
                (number > 0 ? Comment(dash + "  ") : string.Empty) + dash + (number == 0 ? "- " : "  ") + member.Key + Pick(": ", ":  ") + member.Value + (Chance(15) ? Pick("   # checked", "\t# was 3") : string.Empty) + "\n"));

        void Add(int percent, string key, Func<string> value)
        {
            if (Chance(percent) && !(key == "constraints" && members.Any(static member => member.Key == "dynamicprice")))
            {
                members.Add((key, value()));
            }
        }
    }

    private string Address(string id)
    {
        if (anchors.Count > 0 && Chance(25))
        {
            return "*" + Pick(anchors.ToArray());
        }

        var address = Spell(Pick("127.0.0.1:910" + id, "up" + id + ".example:8443"));
        if (!Chance(25))
        {
            return address;
        }

        anchors.Add("up" + id);
        return "&up" + id + " " + address;
    }

    private string Spell(string value) => random.Next(3) switch
    {
        0 when value.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '^' or '$' or '/' or '.' or '\\' or '-' or '_' or ' ') && value[0] != '-' => value,
        1 => "'" + value.Replace("'", "''") + "'",
        _ => "\"" + value.Replace("\\", "\\\\").Replace("\"", "\\\"") + "\"",
    };
}
