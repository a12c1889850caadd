using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.Loopback;
using LightningOps.L402;
using LightningOps.L402.Bolt11;
using LightningOps.L402.Challenges;
using LightningOps.L402.Macaroons;
using LightningOps.Payments.Simulation;
using LightningOps.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace LightningOps.Tests.Gateway.Loopback;

/// <summary>
/// What two versions of Aperture were seen to do with real payments, step by step (Vectors/aperture/traps-runtime.jsonl), against the
/// gateway on loopback and the check of the file. The gateway follows the main branch.
/// </summary>
public sealed class RecordedTrapsTests
{
    /// <summary>Traps that neither the gateway nor a file has, each with the reason and where it is tested.</summary>
    private static readonly Dictionary<string, string> Exceptions = new(StringComparer.Ordinal)
    {
        ["D"] = "the admin API and its database are not served; ApertureModelTests and DatabaseRowsTests have them",
        ["D-order"] = "the order of rows at a start is not served; ApertureModelTests has it",
        ["D-order-product"] = "the order of rows at a start is not served; ApertureModelTests has it",
        ["D-pause"] = "rows of a database are not served; DatabaseRowsTests has the pause",
        ["J"] = "tokens cannot be revoked at the gateway; GatewayTransactionSourceTests has the lists",
        ["N"] = "the node is simulated and always reached",
        ["E"] = "the price server is not asked; a notice says so",
        ["FREEBIE-dynamicprice"] = "the price server is not asked; a notice says so, and MoneyTableTests has the check",
        ["UPGRADE"] = "the gateway keeps no database of Aperture; ApertureDatabaseTests has both schemas",
        ["RELOAD"] = "the gateway reads a changed file; that Aperture does not is in StartWaitTests",
        ["NETWORK-label"] = "one node makes the invoices: they are of the network of the file",
        ["H"] = "an invoice of the simulated node lives as long as its challenge; PaymentChargeTests has the fifteen minutes",
    };

    private static readonly JsonElement[] Rows = File.ReadLines(Vectors.GetPath("aperture/traps-runtime.jsonl")).Select(static line => JsonDocument.Parse(line).RootElement).ToArray();

    [Fact]
    public async Task Each_recorded_step_is_answered_alike_or_excepted_with_a_reason()
    {
        var seen = 0;
        foreach (var rows in Rows.GroupBy(static row => row.GetProperty("trap").GetString()!))
        {
            if (Exceptions.ContainsKey(rows.Key))
            {
                seen += rows.Count();
                continue;
            }

            foreach (var version in rows.GroupBy(static row => row.GetProperty("version").GetString()!))
            {
                seen += await ReplayAsync(rows.Key, version.Key == "v0.5.0", version.ToArray());
            }
        }

        Assert.Equal(368, Rows.Length);
        Assert.Equal(Rows.Length, seen);
        Assert.Empty(Exceptions.Keys.Except(Rows.Select(static row => row.GetProperty("trap").GetString()!)));
    }

    private static Task<int> ReplayAsync(string trap, bool isV050, JsonElement[] rows) => trap switch
    {
        "A" => ReplaySchemesAsync(isV050, rows),
        "B" => ReplayNamesAsync(isV050, rows),
        "C" or "TIMEOUT-overflow" => ReplayLifetimesAsync(rows),
        "G" => ReplayReceiptsAsync(rows),
        "K" => ReplayFormsAsync(rows),
        "L" => ReplayChangesAsync(rows),
        "M" => ReplayVerificationAsync(rows),
        "P" => ReplayPauseAsync(rows),
        "MISC" => ReplayMiscellaneousAsync(rows),
        "WHITELIST-dots" => ReplayAsync(rows, "    authwhitelistpaths: ['^/dot/free.*$']\n", "/dot/free/../paid"),
        "NEVER" => ReplayNeverAsync(rows),
        _ => Task.FromResult(rows.Count(row => Check(trap, isV050, row))),
    };

    // 4.1: every scheme is offered, one is accepted.
    private static async Task<int> ReplaySchemesAsync(bool isV050, JsonElement[] rows)
    {
        foreach (var row in rows)
        {
            var step = row.GetProperty("step").GetString()!;
            if (step.StartsWith("enablesessions", StringComparison.Ordinal))
            {
                // Sessions are not offered; a notice says so, and the check counts their invoice.
                continue;
            }

            var scheme = step.StartsWith("authscheme \"", StringComparison.Ordinal) ? "mpp+l402" : step.Split("authscheme ")[1].Split(' ')[0];
            using var shop = new Shop("    authscheme: " + (scheme == "(none)" ? "\"\"" : scheme) + "\n", offersCharges: true);
            var offer = await shop.AskAsync("/a");
            if (row.TryGetProperty("schemes", out var schemes))
            {
                Assert.Equal(schemes.EnumerateArray().Select(static one => one.GetString()), offer.Schemes);
                continue;
            }

            var isPayment = step.Contains("Payment", StringComparison.Ordinal);
            var credential = isPayment ? offer.Charge! : offer.Token;
            Equal(row, "status", await shop.StatusAsync("/a", credential));

            // v0.5.0 accepts a charge again and again.
            if (row.TryGetProperty("again", out _) && !(isV050 && isPayment))
            {
                Equal(row, "again", await shop.StatusAsync("/a", credential));
            }
        }

        return rows.Length;
    }

    // 3.5, 3.6, 4.3: what a name opens, and what a charge does.
    private static async Task<int> ReplayNamesAsync(bool isV050, JsonElement[] rows)
    {
        using var shop = new Shop(
            "  - {name: one, pathregexp: '^/one$', ADDRESS, price: 1}\n  - {name: hundred, pathregexp: '^/hundred$', ADDRESS, price: 100}\n"
            + "  - {name: same, pathregexp: '^/cheap$', ADDRESS, price: 1}\n  - {name: same, pathregexp: '^/dear$', ADDRESS, price: 100}\n"
            + "  - {name: 'a,b', pathregexp: '^/a$', ADDRESS, price: 1}\n  - {name: 'c:7', pathregexp: '^/c$', ADDRESS, price: 1}\n  - {name: 'a b', pathregexp: '^/s$', ADDRESS, price: 1}\n  - {name: zoë, pathregexp: '^/z$', ADDRESS, price: 1}\n",
            offersCharges: true);
        var charge = (await shop.AskAsync("/one")).Charge!;
        foreach (var row in rows)
        {
            var step = row.GetProperty("step").GetString()!;
            switch (step)
            {
                case "Payment charge bought on the 1-sat service, first presented at the 100-sat service":
                    Equal(row, "status", await shop.StatusAsync("/hundred", charge));
                    break;
                case "then presented at its own service" or "then again at the 100-sat service":
                    // v0.5.0 accepts it everywhere until it expires.
                    Assert.Equal(isV050 ? 200 : 402, row.GetProperty("status").GetInt32());
                    Assert.Equal(402, await shop.StatusAsync(step.Contains("own", StringComparison.Ordinal) ? "/one" : "/hundred", charge));
                    break;
                case "L402 token of service one (1 sat) at service hundred":
                    Equal(row, "status", await shop.StatusAsync("/hundred", (await shop.AskAsync("/one")).Token));
                    break;
                case "L402 token at its own service":
                    Equal(row, "status", await shop.StatusAsync("/one", (await shop.AskAsync("/one")).Token));
                    break;
                case "two services of the SAME name, 1 and 100 sat: token bought at the cheap path presented at the dear path":
                    Equal(row, "status", await shop.StatusAsync("/dear", (await shop.AskAsync("/cheap")).Token));
                    break;
                default:
                    var path = row.GetProperty("path").GetString()!;
                    var offer = await shop.AskAsync(path);
                    Assert.Equal(row.GetProperty("caveats").EnumerateArray().Select(static one => one.GetString()), offer.Caveats);
                    Equal(row, "status", await shop.StatusAsync(path, offer.Token));
                    break;
            }
        }

        return rows.Length;
    }

    // 3.1: lifetimes that hold, and that are lost.
    private static async Task<int> ReplayLifetimesAsync(JsonElement[] rows)
    {
        using var shop = new Shop(
            "  - {name: p1, pathregexp: '^/p1$', ADDRESS, price: 1, timeout: 3, capabilities: add}\n  - {name: p0, pathregexp: '^/p0$', ADDRESS, price: 0, timeout: 3, capabilities: add}\n"
            + "  - {name: pn, pathregexp: '^/pn$', ADDRESS, timeout: 3, capabilities: add}\n  - {name: p5, pathregexp: '^/p5$', ADDRESS, price: 5, timeout: 3, constraints: {max: 2}}\n"
            + "  - {name: neg, pathregexp: '^/neg$', ADDRESS, price: 5, timeout: -1}\n  - {name: huge, pathregexp: '^/huge$', ADDRESS, price: 5, timeout: 9223372037}\n"
            + "  - {name: h, pathregexp: '^/h$', ADDRESS, price: 5, timeout: 9223372037}\n  - {name: u, pathregexp: '^/u$', ADDRESS, price: 5, timeout: 9223372036}\n");
        var bought = new Dictionary<string, string>(StringComparer.Ordinal);
        var isLater = false;
        foreach (var row in rows)
        {
            var step = row.GetProperty("step").GetString()!;
            var path = row.TryGetProperty("path", out var asked) ? asked.GetString()! : step.StartsWith("timeout 9223372037", StringComparison.Ordinal) ? "/h" : step.StartsWith("timeout 9223372036", StringComparison.Ordinal) ? "/u" : null;
            if (path is null)
            {
                // The price was changed through the admin API, which is not served; AdminTermsTests has what is lost.
                Assert.True(step.Contains("admin", StringComparison.Ordinal) || step == "presented 4 s later", step);
                continue;
            }

            if (step.StartsWith("presented", StringComparison.Ordinal))
            {
                if (!isLater)
                {
                    shop.Time.Advance(TimeSpan.FromSeconds(4));
                    isLater = true;
                }

                Equal(row, "status", await shop.StatusAsync(path, bought[path]));
                continue;
            }

            var offer = await shop.AskAsync(path);
            bought[path] = offer.Token;
            Assert.Equal(
                row.GetProperty("caveats").EnumerateArray().Select(static one => WithoutTime(one.GetString()!)),
                offer.Caveats.Select(WithoutTime));
            Equal(row, row.TryGetProperty("at_once", out _) ? "at_once" : "status", await shop.StatusAsync(path, offer.Token));
        }

        return rows.Length;
    }

    // 7: which forms of a credential are accepted.
    private static async Task<int> ReplayFormsAsync(JsonElement[] rows)
    {
        using var shop = new Shop("    price: 3\n");
        var offer = await shop.AskAsync("/a");
        var (macaroon, preimage) = (offer.Macaroon, offer.Token[(offer.Token.LastIndexOf(':') + 1)..]);
        foreach (var row in rows)
        {
            var step = row.GetProperty("step").GetString()!;
            var form = step.StartsWith("credential form: ", StringComparison.Ordinal) ? step["credential form: ".Length..] : step;
            if (form == "five 402s")
            {
                var hashes = new HashSet<string>(StringComparer.Ordinal);
                for (var i = 0; i < 5; i++)
                {
                    hashes.Add((await shop.AskAsync("/a")).Invoice);
                }

                Equal(row, "distinctInvoices", hashes.Count);
                continue;
            }

            if (form == "url-safe base64" && macaroon.IndexOfAny(['+', '/']) < 0)
            {
                continue;
            }

            var lines = form switch
            {
                "wrong credential beside a valid macaroon" => "L402 " + macaroon + ":" + new string('0', 64),
                "macaroon without a preimage" => "L402 " + macaroon + ":",
                "LSAT" => "LSAT " + macaroon + ":" + preimage,
                "l402 lower" => "l402 " + macaroon + ":" + preimage,
                "two spaces" => "L402  " + macaroon + ":" + preimage,
                "upper hex" => "L402 " + macaroon + ":" + preimage.ToUpperInvariant(),
                "quoted new form" => "L402 macaroon=\"" + macaroon + "\", preimage=\"" + preimage + "\"",
                "url-safe base64" => "L402 " + macaroon.Replace('+', '-').Replace('/', '_') + ":" + preimage,
                "unpadded" => "L402 " + (macaroon.EndsWith('=') ? macaroon.TrimEnd('=') : macaroon[..^1]) + ":" + preimage,
                "leading space" => " L402 " + macaroon + ":" + preimage,
                "two Authorization fields, Bearer first" => "Bearer x\r\nAuthorization: L402 " + macaroon + ":" + preimage,
                _ => throw new InvalidOperationException(form),
            };
            Equal(row, "status", await shop.RawStatusAsync("/a", lines));
        }

        return rows.Length;
    }

    // 3.2: a sold token outlives every change but another name and absence.
    private static async Task<int> ReplayChangesAsync(JsonElement[] rows)
    {
        const string Path = "pathregexp: '^/one$', ADDRESS";
        using var shop = new Shop("  - {name: one, " + Path + ", price: 5}\n");
        var token = (await shop.AskAsync("/one")).Token;
        foreach (var row in rows)
        {
            var step = row.GetProperty("step").GetString()!;
            if (step.StartsWith("Payment charge", StringComparison.Ordinal) || step.StartsWith("database deleted", StringComparison.Ordinal))
            {
                // Charges are of one start of the gateway, and a gateway started anew has other keys (CredentialTests).
                continue;
            }

            var served = step switch
            {
                "price raised to 50 in the file, restarted" => "  - {name: one, " + Path + ", price: 50}\n",
                "timeout 1 added in the file, restarted (old token has no expiry)" => "  - {name: one, " + Path + ", price: 5, timeout: 1}\n",
                "constraints and capabilities added, restarted" => "  - {name: one, " + Path + ", price: 5, capabilities: x, constraints: {max: 2}}\n",
                "service renamed" => "  - {name: other, " + Path + ", price: 5}\n",
                "service removed" => "  - {name: another, pathregexp: '^/another$', ADDRESS, price: 5}\n",
                "auth off, then on again" => "  - {name: one, " + Path + ", price: 5, auth: \"off\"}\n",
                "authscheme mpp without enablempp" => "  - {name: one, " + Path + ", price: 5, authscheme: mpp}\n",
                "other backend address" => "  - {name: one, " + Path + ", price: 5, headers: {X-Other: y}}\n",
                "same name at another path: token bought at /one opens it?" or "... /more with the old token" => "  - {name: one, pathregexp: '^/(one|more)$', ADDRESS, price: 100}\n",
                _ => "  - {name: one, " + Path + ", price: 5}\n",
            };
            shop.Serve(served);
            var path = step.StartsWith("...", StringComparison.Ordinal) ? "/more" : "/one";
            Equal(row, row.TryGetProperty("token", out _) ? "token" : "status", await shop.StatusAsync(path, token));
            if (row.TryGetProperty("anonymous", out _))
            {
                Equal(row, "anonymous", await shop.StatusAsync(path, null));
            }
        }

        return rows.Length;
    }

    // 5: a preimage is enough, unless the node is asked. Invoices are not canceled at the simulated node: never settled is the same to it.
    private static async Task<int> ReplayVerificationAsync(JsonElement[] rows)
    {
        foreach (var row in rows)
        {
            var step = row.GetProperty("step").GetString()!;
            using var shop = new Shop("    price: 3\n", settings: "strictverify: " + (step.Contains("strictverify true", StringComparison.Ordinal) ? "true" : "false") + "\n", offersCharges: true);
            var offer = await shop.AskAsync("/a");
            if (step.Contains("paid token", StringComparison.Ordinal))
            {
                await shop.PayAsync(offer.Invoice);
            }

            Equal(row, "status", await shop.StatusAsync("/a", step.Contains("Payment", StringComparison.Ordinal) ? offer.Charge : offer.Token));
        }

        return rows.Length;
    }

    // 3.3: nobody enters while a paywall is paused, and everybody afterwards.
    private static async Task<int> ReplayPauseAsync(JsonElement[] rows)
    {
        const string Open = "  - {name: 019c5a10.route_019c5a10, pathregexp: '^/a$', ADDRESS, price: 10}\n";
        const string Paused = "  - {name: 019c5a10.route_019c5a10, pathregexp: '^/a$', address: '127.0.0.1:0', protocol: http, auth: \"off\"}\n";
        using var shop = new Shop(Open);
        var (before, during) = (await shop.AskAsync("/a"), await shop.AskAsync("/a"));
        foreach (var row in rows)
        {
            switch (row.GetProperty("step").GetString()!)
            {
                case "product yaml, active: bought and presented":
                    Assert.Equal(row.GetProperty("service").EnumerateArray().Select(static one => one.GetString()), before.Caveats);
                    Equal(row, "sats", (int)(Bolt11Invoice.Parse(before.Invoice).Amount!.Value / 1000));
                    Equal(row, "status", await shop.StatusAsync("/a", before.Token));
                    break;
                case "product yaml after Set-L402GlobalPause: paid token presented":
                    shop.Serve(Paused);
                    Equal(row, "status", await shop.StatusAsync("/a", before.Token));
                    Equal(row, "anonymous", await shop.StatusAsync("/a", null));
                    break;
                case "an invoice handed out before the pause can still be paid during the pause":
                    await shop.PayAsync(during.Invoice);
                    Equal(row, "status_with_it", await shop.StatusAsync("/a", during.Token));
                    break;
                case "if something listened at the closed address: anonymous request":
                    // Port 9 then; nothing can listen on port 0, which is written now.
                    Assert.Equal(502, await shop.StatusAsync("/a", null));
                    break;
                default:
                    shop.Serve(Open);
                    Equal(row, "before", await shop.StatusAsync("/a", before.Token));
                    Equal(row, "during", await shop.StatusAsync("/a", during.Token));
                    break;
            }
        }

        return rows.Length;
    }

    // 4.5: a receipt is no proof of payment.
    private static async Task<int> ReplayReceiptsAsync(JsonElement[] rows)
    {
        foreach (var row in rows)
        {
            using var shop = new Shop("    price: 3\n", offersCharges: true, settings: "strictverify: true\n");
            var (paid, unpaid) = (await shop.AskAsync("/a"), await shop.AskAsync("/a"));
            await shop.PayAsync(paid.Invoice);
            var isAlone = row.GetProperty("step").GetString()!.EndsWith("alone", StringComparison.Ordinal);
            var answer = await shop.RawAsync("/a", unpaid.Charge + (isAlone ? string.Empty : "\r\nAuthorization: " + paid.Token));

            Assert.StartsWith("HTTP/1.1 " + row.GetProperty("status") + " ", answer, StringComparison.Ordinal);
            var receipt = answer.Split("\r\nPayment-Receipt: ");
            Assert.Equal(row.GetProperty("receipt").ValueKind == JsonValueKind.True, receipt.Length == 2);
            if (row.TryGetProperty("decoded", out var decoded))
            {
                using var given = JsonDocument.Parse(Base64UrlText.Decode(receipt[1].Split("\r\n")[0])!);
                Assert.Equal(decoded.EnumerateObject().Select(static one => one.Name), given.RootElement.EnumerateObject().Select(static one => one.Name));
                Assert.Equal((decoded.GetProperty("status").GetString(), decoded.GetProperty("method").GetString()), (given.RootElement.GetProperty("status").GetString(), given.RootElement.GetProperty("method").GetString()));
            }
        }

        return rows.Length;
    }

    // 6: starts, and then fails.
    private static async Task<int> ReplayMiscellaneousAsync(JsonElement[] rows)
    {
        const string Off = ", ADDRESS, auth: \"off\"";
        using var shop = new Shop(
            "  - {name: one, pathregexp: '^/one$'" + Off + ", headers: {X-Test: '  lead'}}\n  - {name: blk, pathregexp: '^/blk$'" + Off + ", headers: {X-Test: \"a\\nb\\n\"}}\n"
            + "  - {name: cr, pathregexp: '^/cr$'" + Off + ", headers: {X-Test: \"a\\rb\"}}\n  - {name: emp, pathregexp: '^/emp$'" + Off + ", headers: {X-Test: ''}}\n"
            + "  - {name: uni, pathregexp: '^/uni$'" + Off + ", headers: {X-Test: zoë}}\n  - {name: conn, pathregexp: '^/conn$'" + Off + ", headers: {Connection: close, X-Test: x}}\n"
            + "  - {name: nop, pathregexp: '^/nop$', address: UPSTREAM, auth: \"off\"}\n  - {name: spc, pathregexp: '^/spc$'" + Off + ", headers: {'X Test': x}}\n"
            + "  - {name: sl, pathregexp: '^/sl$', address: 'UPSTREAM/', protocol: http, auth: \"off\"}\n  - {name: ui, pathregexp: '^/ui$', address: 'user@UPSTREAM', protocol: http, auth: \"off\"}\n"
            + "  - {name: skip, pathregexp: '^/skip$', ADDRESS, price: 3, authskipinvoicecreationpaths: ['.*']}\n");
        Assert.Contains(shop.Notices, static notice => notice.StartsWith("headers of service uni: X-Test has characters beyond ASCII", StringComparison.Ordinal));
        foreach (var row in rows)
        {
            // The client of this runtime sends no such header; the notice says so.
            if (row.GetProperty("step").GetString() != "request to /uni")
            {
                Equal(row, "status", await shop.StatusAsync(row.GetProperty("step").GetString()!["request to ".Length..], null));
            }
        }

        return rows.Length;
    }

    private static async Task<int> ReplayAsync(JsonElement[] rows, string members, string path)
    {
        using var shop = new Shop("    price: 3\n" + members, path: "^/");
        foreach (var row in rows)
        {
            Assert.StartsWith("HTTP/1.1 " + row.GetProperty("status"), await shop.RawAsync(path, null), StringComparison.Ordinal);
        }

        return rows.Length;
    }

    private static async Task<int> ReplayNeverAsync(JsonElement[] rows)
    {
        using var shop = new Shop(
            "  - {name: n1, pathregexp: '^one$', ADDRESS, price: 3}\n  - {name: n2, pathregexp: '^/two$x', ADDRESS, price: 3}\n  - {name: n3, pathregexp: 'x^/three', ADDRESS, price: 3}\n"
            + "  - {name: open, pathregexp: '^/.*$', ADDRESS, auth: \"off\"}\n  - {name: paid, pathregexp: '^/two$', ADDRESS, price: 3}\n");
        foreach (var result in rows.SelectMany(static row => row.GetProperty("results").EnumerateArray()))
        {
            Assert.StartsWith("HTTP/1.1 " + result[1], await shop.RawAsync(result[0].GetString()!, null), StringComparison.Ordinal);
        }

        return rows.Length;
    }

    /// <summary>What is not of the gateway is said by the check of the file.</summary>
    private static bool Check(string trap, bool isV050, JsonElement row)
    {
        var version = isV050 ? ApertureVersions.V050 : ApertureVersions.Main;
        var step = row.GetProperty("step").GetString()!;
        switch (trap)
        {
            case "RE2" or "RE2-product":
                // Built with Go 1.26: which names compile depends on the build, so that a compile warns (script_class_refused).
                var name = step.Substring(step.IndexOf("\\p{", StringComparison.Ordinal) + 3).Split('}')[0];
                Assert.True(LightningOps.Re2.Syntax.Re2Expression.TryParse("\\p{" + name + "}", out var expression, out _));
                Assert.Equal(row.GetProperty("starts").GetBoolean(), expression.ScriptOfSeveralWords is null);
                return true;
            case "ETCD-default":
                return Finds("dbbackend_missing", "listenaddr: a:1\nauthenticator: {lndhost: 'l:1', tlspath: /t, macdir: /m}\n");
            case "SKIPMIG":
                return Finds("skipmigrations", "listenaddr: a:1\ndbbackend: sqlite\nsqlite: {skipmigrations: true}\n");
            case "DBFILE":
                return step.Contains("databasefilename", StringComparison.Ordinal) || Finds("option_name_as_key", "listenaddr: a:1\ndbbackend: sqlite\nsqlite: {dbfile: /a.db}\n");
            case "ADMIN-writetimeout":
                var time = step.Split(' ')[1].TrimEnd(':');
                Assert.Equal(row.GetProperty("info").GetInt32() != 200, Finds("admin_needs_no_writetimeout", "listenaddr: a:1\ndbbackend: sqlite\nadmin: {enabled: true}\n" + (time == "None" ? string.Empty : "writetimeout: " + time + "\n")));
                return true;
            default:
                throw new InvalidOperationException(trap);
        }

        bool Finds(string code, string settings) =>
            ApertureConfigCheck.Check(settings + "services:\n  - {name: a, hostregexp: a, address: 'a:1', protocol: http, price: 3}\n", version).Diagnostics.Any(found => found.Code == code);
    }

    private static void Equal(JsonElement row, string member, int actual) =>
        Assert.True(row.GetProperty(member).GetInt32() == actual, row.GetProperty("trap") + ", " + row.GetProperty("version") + ", " + row.GetProperty("step") + ", " + member + ": Aperture " + row.GetProperty(member) + ", the gateway " + actual);

    private static string WithoutTime(string caveat) =>
        caveat.IndexOf("_valid_until=", StringComparison.Ordinal) is var at and >= 0 ? caveat.Substring(0, at) + "_valid_until=" : caveat;

    /// <summary>What a 402 offers, each as the header that presents it once paid.</summary>
    private sealed record Offer(IReadOnlyList<string> Schemes, string Invoice, string Macaroon, string Token, string? Charge, IReadOnlyList<string> Caveats);

    /// <summary>A gateway with one service, or with the services given.</summary>
    private sealed class Shop : IDisposable
    {
        private readonly LoopbackBench bench;
        private readonly string settings;

        public Shop(string services, bool offersCharges = false, string settings = "", string path = "^/a$")
        {
            this.settings = settings + (offersCharges ? "authenticator: {enablempp: true}\ndbbackend: sqlite\nsqlite: {databasefilename: /d}\n" : string.Empty);
            Time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_790_000_000));
            bench = new LoopbackBench(
                Write(services.StartsWith("  - ", StringComparison.Ordinal) ? services : "  - name: a\n    pathregexp: '" + path + "'\n    address: UPSTREAM\n    protocol: http\n" + services),
                options => options with { Time = Time, Node = new SimulatedLightningNode(new SimulatedNodeOptions { Time = Time }) });
        }

        public FakeTimeProvider Time { get; }

        public IReadOnlyList<string> Notices => bench.Gateway.Notices;

        public void Serve(string services) => bench.Gateway.Serve(Write(services).Replace("UPSTREAM", bench.Echo.Url.Authority, StringComparison.Ordinal));

        public async Task<Offer> AskAsync(string path)
        {
            using var answer = await bench.SendAsync(path);
            Assert.Equal(402, (int)answer.StatusCode);
            var values = answer.Headers.GetValues("WWW-Authenticate").ToArray();
            var challenge = L402Challenge.Parse(values.Take(2));
            var token = "L402 " + challenge.Macaroon + ":" + Find(Bolt11Invoice.Parse(challenge.Invoice).Hash);
            return new Offer(
                values.Select(static value => value.Split(' ')[0]).ToArray(),
                challenge.Invoice,
                challenge.Macaroon,
                token,
                PaymentChallenge.ReadAll(values) is [var payment] ? Create(payment) : null,
                Macaroon.Parse(challenge.Macaroon).Restrictions.Select(static caveat => caveat.Encode()).ToArray());
        }

        public async Task PayAsync(string invoice) => await bench.Gateway.Wallet.PayAsync(
            new LightningOps.Payments.InvoicePayment { RequestId = "r", Invoice = invoice, MaxAmount = 1_000_000, Host = LoopbackBench.Host }, System.Threading.CancellationToken.None);

        public async Task<int> StatusAsync(string path, string? authorization)
        {
            using var answer = await bench.SendAsync(path, authorization);
            return (int)answer.StatusCode;
        }

        public Task<string> RawAsync(string target, string? authorization) => bench.RawAsync(
            "GET " + target + " HTTP/1.1\r\nHost: shop.example.com\r\n" + (authorization is null ? string.Empty : "Authorization: " + authorization + "\r\n") + "Connection: close\r\n\r\n");

        public async Task<int> RawStatusAsync(string target, string authorization) => int.Parse((await RawAsync(target, authorization)).Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);

        public void Dispose() => bench.Dispose();

        private string Write(string services) => settings + "services:\n" + services.Replace("ADDRESS", "address: UPSTREAM, protocol: http", StringComparison.Ordinal);

        private string Find(PaymentHash hash) => bench.Gateway.Node.Find(hash)!.Preimage.Reveal();

        private string Create(PaymentChallenge payment)
        {
            using var request = JsonDocument.Parse(Base64UrlText.Decode(payment.Request)!);
            var hash = PaymentHash.Parse(request.RootElement.GetProperty("methodDetails").GetProperty("paymentHash").GetString()!);
            return "Payment " + Base64UrlText.Encode(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
            {
                ["challenge"] = new Dictionary<string, string> { ["id"] = payment.Id, ["realm"] = payment.Realm, ["method"] = payment.Method, ["intent"] = payment.Intent, ["request"] = payment.Request, ["expires"] = payment.Expires! },
                ["payload"] = new Dictionary<string, string> { ["preimage"] = Find(hash) },
            }));
        }
    }
}
