using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Authoring;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.Compile;
using LightningOps.ControlPlane.Local;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Gateway.Loopback;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Settings;
using LightningOps.Storage;
using LightningOps.Tests.Http;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Authoring;

/// <summary>Paywalls of what a gateway serves: the roll-out that follows changes nothing.</summary>
public sealed class PaywallAdoptionTests
{
    private const string Head = "listenaddr: \"127.0.0.1:1\"\ninsecure: true\nauthenticator:\n  disable: true\n";
    private const string Handwritten = """

        services: # in match order
          # sold since spring
          - name: "quotes"
            hostregexp: '^quotes\.example$'
            pathregexp: "^/quotes/.*$"   # everything below
            address: quotes.example:8443
            protocol: https
            auth: "freebie 3"
            authscheme: "mpp+l402"
            price: 0x5
            timeout: 3_600
            capabilities: "add,subtract"
            constraints: { "valid_until": 1682483169 }
            headers: { X-Api-Key: "${QUOTES_KEY}" }
            tlscertpath: certs/quotes.pem
            authwhitelistpaths: ['^/quotes/about$']
            authskipinvoicecreationpaths:
              - '^/quotes/stream$'
            ratelimits:
              - {pathregexp: "^/quotes/.*$", requests: 60, per: 60s, burst: 5}
              - {pathregexp: "(?:^/quotes/.*$)", requests: 1000, per: 24h}

          - name: metered
            hostregexp: '^metered\.example$'
            pathregexp: '^/.*$'
            address: "127.0.0.1:9100"
            protocol: http
            price: 5
            dynamicprice:
              enabled: true
              grpcaddress: "127.0.0.1:10010"
              insecure: false
              tlscertpath: certs/prices.pem
              metered: true
          # the last one
          - {name: last, hostregexp: 'last', pathregexp: '', address: "127.0.0.1:9100", protocol: http, price: 1}

        """;

    private static readonly Regex Placeholder = new(@"\{\{[A-Z0-9]+\}\}");
    private static readonly CancellationToken None = CancellationToken.None;

    private const string NotEditable = "Aperture reads this file, but the services cannot be edited in it: ";

    /// <summary>Recordings whose services cannot be replaced alone, and why.</summary>
    private static readonly Dictionary<string, string[]> Refused = new(StringComparer.Ordinal)
    {
        ["config-verdicts.jsonl"] = ["json-text: " + NotEditable + "the settings are written in braces"],
        ["yaml-readings.jsonl"] = ["dd/04-end-start: " + NotEditable + "this form is not supported (The scanner should contain no more tokens)", "s/12-anchor-used-outside: " + NotEditable + "the anchor &ad is defined in the services that will be replaced"],
        ["routing.jsonl"] = [],
    };

    public static TheoryData<string> Recordings => new("config-verdicts.jsonl", "yaml-readings.jsonl", "routing.jsonl");

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task Every_recorded_configuration_that_serves_something_is_adopted_without_a_change(string file)
    {
        var (adoptedServices, foreignServices) = (0, 0);
        var refused = new List<string>();
        foreach (var (id, yaml) in ReadServing(file))
        {
            using var bench = new Bench(yaml);
            var before = LiveFile.FromBytes(Encoding.UTF8.GetBytes(yaml)).Services;

            var adopted = await bench.AdoptAsync();

            Assert.Equal(before.Select(static service => service.Name).Distinct().Order(), adopted.Paywalls.Select(static paywall => paywall.Name).Concat(adopted.Foreign.Select(static foreign => foreign.Name)).Order());
            Assert.True(adopted.Plan.Changes.Count == 0, id + "\n" + adopted.Plan);
            Assert.All(adopted.Foreign, static foreign => Assert.NotEqual(string.Empty, foreign.Reason));
            adoptedServices += adopted.Paywalls.Count;
            foreignServices += adopted.Foreign.Count;
            if (adopted.Paywalls.Count == 0)
            {
                continue;
            }

            var compile = await bench.CompileAsync();
            var mine = adopted.Paywalls.Select(static paywall => paywall.Name).ToHashSet();
            var artifact = LiveFile.FromBytes(compile.Artifact.ToArray()).Services;
            Assert.Equal(before.Where(service => mine.Contains(service.Name)).Select(static service => service.Name), artifact.Select(static service => service.Name));
            foreach (var service in artifact)
            {
                Assert.Empty(MemberChanges.Between(before.First(one => one.Name == service.Name), service));
            }

            // If the services cannot be replaced alone, the plan says so, and the file stays unchanged.
            if (await bench.FindRefusalAsync(compile) is { } refusal)
            {
                Assert.Equal(("file_not_spliceable", yaml), (refusal.Reason.Split(':')[0], bench.ReadText()));
                refused.Add(id + ": " + refusal.Reason.Split(": ", 2)[1]);
                continue;
            }

            // After the roll-out the file has all its former bytes and reads as before.
            Assert.Equal(yaml, bench.ReadText());
            var after = bench.Read();
            Assert.Equal(before.Select(static service => service.Name), after.Select(static service => service.Name));
            Assert.All(after.Zip(before), static pair => Assert.Empty(MemberChanges.Between(pair.Second, pair.First)));
        }

        Assert.Equal(Refused[file], refused);
        Assert.True(adoptedServices > 10, FormattableString.Invariant($"{adoptedServices} adopted, {foreignServices} foreign"));
    }

    [Fact]
    public async Task What_a_paywall_does_not_have_stays_and_is_said()
    {
        using var bench = new Bench(Head + """
            services:
              - name: hourly
                hostregexp: '.*'
                pathregexp: '^/hourly$'
                address: "127.0.0.1:9100"
                protocol: http
                price: 5
                ratelimits:
                  - pathregexp: '^/hourly$'
                    requests: 5
                    per: 1h
              - name: free
                hostregexp: '.*'
                pathregexp: '^/free$'
                address: "127.0.0.1:9100"
                protocol: http
                auth: "off"
              - name: "a,b"
                hostregexp: '.*'
                pathregexp: '^/ab$'
                address: "127.0.0.1:9100"
                protocol: http
                price: 5
              - name: secret
                hostregexp: '.*'
                pathregexp: '^/secret$'
                address: "127.0.0.1:9100"
                protocol: http
                price: 5
                headers:
                  Authorization: "Bearer 0123456789abcdef"
              - name: password
                hostregexp: '.*'
                pathregexp: '^/password$'
                address: "user:secretpw@127.0.0.1:9100"
                protocol: http
                price: 5
              - name: lost
                hostregexp: '.*'
                pathregexp: '^/lost$'
                address: "127.0.0.1:9100"
                protocol: http
                timeout: 60
              - name: plain
                hostregexp: 'shop'
                pathregexp: ''
                address: "127.0.0.1:9100"
                protocol: http
                price: 5
                rewrite:
                  prefix: /v1
                ratelimits:
                  - pathregexp: ''
                    requests: 7
                    per: 60s
            """);

        var adopted = await bench.AdoptAsync();

        Assert.Equal(["hourly", "free", "a,b", "secret", "password", "lost"], adopted.Foreign.Select(static foreign => foreign.Name));
        Assert.Equal("a paywall does not have ratelimits[0].pathregexp, ratelimits[0].per, ratelimits[0].requests; its limits are one per 1m and then one per 24h, with the pathregexp of the service, which stands in (?:...) in the second", adopted.Foreign[0].Reason);
        Assert.Contains("off", adopted.Foreign[1].Reason, StringComparison.Ordinal);
        Assert.Contains("comma", adopted.Foreign[2].Reason, StringComparison.Ordinal);
        Assert.Contains("header_secret_literal", adopted.Foreign[3].Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789abcdef", adopted.Foreign[3].Reason, StringComparison.Ordinal);
        Assert.Equal("its upstream has a user name or password, which a paywall does not store", adopted.Foreign[4].Reason);
        Assert.Equal("its timeout has no effect while its price is 0 or missing, and a paywall would put it into force: write price: 1, or remove it", adopted.Foreign[5].Reason);
        var plain = Assert.Single(adopted.Paywalls);
        Assert.Equal((5000, 7L, "http://127.0.0.1:9100/v1", "plain"), (plain.Policy.FixedAmountMsats, plain.Policy.QuotaPerMinute, plain.Routes[0].UpstreamUrl, plain.Routes[0].ServiceName));
        Assert.Equal(("re2:shop", "re2:"), (plain.Routes[0].HostPattern, plain.Routes[0].PathPattern));
    }

    [Fact]
    public async Task Every_member_that_a_policy_has_is_kept()
    {
        const string Written = Head + Handwritten;
        using var bench = new Bench(Written);

        var adopted = await bench.AdoptAsync();

        Assert.Empty(adopted.Foreign);
        var terms = adopted.Paywalls[0].Policy;
        Assert.Equal(("l402+mpp", 3600L, 3L, "certs/quotes.pem"), (terms.AuthScheme, terms.CredentialLifetimeSeconds, terms.Freebie, terms.TlsCertificatePath));
        Assert.Equal((60L, 5L, 1000L, null), (terms.QuotaPerMinute, terms.QuotaPerMinuteBurst, terms.QuotaPerDay, terms.QuotaPerDayBurst));
        Assert.Equal(["add", "subtract"], terms.Capabilities);
        Assert.Equal("1682483169", terms.Constraints!["valid_until"]);
        Assert.Equal("${QUOTES_KEY}", terms.Headers!["X-Api-Key"]);
        Assert.Equal(["re2:^/quotes/about$"], terms.WhitelistPaths);
        Assert.Equal(["re2:^/quotes/stream$"], terms.SkipInvoicePaths);
        Assert.Equal(new DynamicPrice { GrpcAddress = "127.0.0.1:10010", TlsCertificatePath = "certs/prices.pem", Metered = true }, adopted.Paywalls[1].Policy.DynamicPrice);
        Assert.True(await bench.RollOutAsync(await bench.CompileAsync()));
        Assert.Equal(Written, bench.ReadText());
    }

    [Fact]
    public async Task A_change_of_one_adopted_service_leaves_the_text_of_the_others()
    {
        const string Written = Head + Handwritten;
        using var bench = new Bench(Written);
        var adopted = await bench.AdoptAsync();
        await bench.RollOutAsync(await bench.CompileAsync());

        await new PaywallAuthor(bench.Plane).ChangeAsync(adopted.Paywalls[2].PaywallId, new PaywallMembers { PriceMsats = 9000 }, null, isTrial: false, None);
        await bench.RollOutAsync(await bench.CompileAsync());

        var before = Written.Substring(0, Written.IndexOf("  # the last one", StringComparison.Ordinal));
        Assert.StartsWith(before, bench.ReadText(), StringComparison.Ordinal);
        Assert.Equal((3, 9), (bench.Read().Count, bench.Read()[2].PriceSats));
    }

    [Fact]
    public async Task A_token_sold_before_still_opens_what_was_adopted()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("aperture.yaml");
        using var upstream = EchoUpstream.Start();
        var written = Head + FormattableString.Invariant($$"""
            services:
              # sold since spring
              - name: quotes
                hostregexp: '.*'
                pathregexp: '^/quotes/.*$'
                address: "{{upstream.Url.Authority}}"
                protocol: http
                price: 5
                timeout: 3600
                authwhitelistpaths: ['^/quotes/about$']

            """);
        await File.WriteAllTextAsync(path, written);
        using var store = CredentialStore.InMemory(TimeProvider.System);
        using var served = LoopbackGateway.Start(new LoopbackGatewayOptions { ConfigPath = path });
        using var client = new L402Client(new L402ClientOptions { Limits = new SpendLimits { MaxSpend = new Msats(100_000) } }, served.Wallet, store);
        Assert.Equal(200, await GetAsync("/quotes/a"));
        using var plane = new LocalControlPlane(new LocalStoreOptions { Path = folder.File("s.db") });
        using var gateway = GatewayFactory.Create(GatewayReference.Parse("file:" + path), new GatewaySettings { Environment = new OperatorEnvironment(static _ => null), Running = [served] });
        var adoption = new PaywallAdoption(plane);
        var adopted = await adoption.PrepareAsync(gateway, "owner", None);
        await adoption.StoreAsync(adopted, None);

        await ApplyAsync();
        Assert.Equal(written, await File.ReadAllTextAsync(path));
        var inSync = PaywallCompiler.Compile(await plane.ListPaywallsAsync(None), new CompileOptions { GatewayHasAdminApi = false });
        Assert.True(gateway.Plan(await gateway.ReadStateAsync(None), Bench.Rollout(inSync)).IsEmpty);
        await new PaywallAuthor(plane).ChangeAsync(adopted.Paywalls[0].PaywallId, new PaywallMembers { PriceMsats = 8000 }, null, isTrial: false, None);
        await ApplyAsync();

        Assert.Equal((200, 1, 8L), (await GetAsync("/quotes/b"), served.Wallet.Payments, served.Live.Config.Services.Single().PriceSats));

        async Task<int> GetAsync(string target)
        {
            using var response = await client.SendAsync(new L402Request { Uri = new Uri(served.Url + target) });
            return response.StatusCode;
        }

        async Task ApplyAsync()
        {
            var compile = PaywallCompiler.Compile(await plane.ListPaywallsAsync(None), new CompileOptions { GatewayHasAdminApi = false });
            gateway.Plan(await gateway.ReadStateAsync(None), Bench.Rollout(compile));
            await gateway.ApplyAsync(Bench.Rollout(compile), None);
        }
    }

    [Fact]
    public async Task An_adopted_paywall_sells_and_is_suspended_under_the_name_that_tokens_hold()
    {
        using var bench = new Bench(Head + "services:\n  - name: one\n    hostregexp: '.*'\n    pathregexp: '^/one.*$'\n    address: \"127.0.0.1:9100\"\n    protocol: http\n    price: 5\n");
        var adopted = await bench.AdoptAsync();

        Assert.True(await bench.RollOutAsync(await bench.CompileAsync()));
        await new PaywallAuthor(bench.Plane).SuspendAsync(adopted.Paywalls[0].PaywallId, null, None);
        await bench.RollOutAsync(await bench.CompileAsync());

        var closed = Assert.Single(bench.Read());
        Assert.Equal(("one", true, ".*", "^/one.*$"), (closed.Name, closed.IsClosed, closed.HostRegexp, closed.PathRegexp));
    }

    [Fact]
    public async Task Adopting_twice_adds_nothing()
    {
        using var bench = new Bench(Head + "services:\n  - name: one\n    hostregexp: '.*'\n    pathregexp: '^/one.*$'\n    address: \"127.0.0.1:9100\"\n    protocol: http\n    price: 5\n");
        await bench.AdoptAsync();

        var again = await bench.AdoptAsync();

        Assert.Empty(again.Paywalls);
        Assert.Empty(again.Foreign);
        Assert.Equal(["one"], again.Known);
    }

    [Theory]
    [InlineData("a,b")]
    [InlineData("a:b")]
    [InlineData(" ")]
    public void A_declared_name_that_could_not_be_sold_does_not_compile(string name)
    {
        var paywall = SamplePaywalls.Paywall("p", SamplePaywalls.Route("r", "a.example", "/x") with { ServiceName = name });

        Assert.Contains(PaywallCompiler.Compile([paywall], new CompileOptions()).Diagnostics, static diagnostic => diagnostic.Code == "invalid_service_name");
    }

    [Theory]
    [InlineData("re2:^/x", "^/x")]
    [InlineData("re2:x/y$", "x/y$")]
    [InlineData("re2:", "")]
    public void An_expression_marked_as_unanchored_is_rendered_as_it_is_and_matches_anywhere(string pattern, string expression)
    {
        var compile = PaywallCompiler.Compile([SamplePaywalls.Paywall("p", SamplePaywalls.Route("r", "re2:example", pattern))], new CompileOptions { GatewayHasAdminApi = false });

        Assert.Equal((expression, "example"), (Assert.Single(compile.Rules).PathRegexp, compile.Rules[0].HostRegexp));
        Assert.False(PaywallCompiler.Compile([SamplePaywalls.Paywall("p", SamplePaywalls.Route("r", "a.example", "re2:("))], new CompileOptions()).Valid);
    }

    private static IEnumerable<(string Id, string Yaml)> ReadServing(string file)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(Vectors.GetPath("aperture/" + file)))
        {
            using var recorded = JsonDocument.Parse(line);
            if (FindServing(recorded.RootElement) is { } found && seen.Add(found.Yaml) && IsRead(found.Yaml))
            {
                yield return found;
            }
        }
    }

    /// <summary>The configuration of a row whose Aperture started and serves something; the rows of routed requests name only the services.</summary>
    private static (string Id, string Yaml)? FindServing(JsonElement row)
    {
        var id = (row.TryGetProperty("id", out var named) ? named : row.GetProperty("case")).GetString()!;
        var yaml = row.TryGetProperty("config", out var services) ? Head + "services:\n" + services.GetString() : row.GetProperty("yaml").GetString();
        var isServing = row.TryGetProperty("config", out _)
            || (row.TryGetProperty("starts", out var starts)
                ? starts.ValueKind == JsonValueKind.True && row.TryGetProperty("servicesServed", out var count) && count.ValueKind == JsonValueKind.Number && count.GetInt32() > 0
                : row.TryGetProperty("services", out var read) && read.ValueKind == JsonValueKind.Array && read.GetArrayLength() > 0);
        return yaml is null || !isServing ? null : (id, Placeholder.Replace(yaml, static match => match.Value switch { "{{DIR}}" => "/none", "{{LND}}" => "/lnd", _ => "9001" }));
    }

    private static bool IsRead(string yaml)
    {
        try
        {
            return LiveFile.FromBytes(Encoding.UTF8.GetBytes(yaml)).Services.Count > 0;
        }
        catch (ApertureConfigFormatException)
        {
            return false;
        }
    }

    internal sealed class Bench : IDisposable
    {
        private readonly TemporaryFolder folder = new();

        public Bench(string yaml)
        {
            File.WriteAllText(folder.File("aperture.yaml"), yaml);
            Plane = new LocalControlPlane(new LocalStoreOptions { Path = folder.File("s.db") });
        }

        public LocalControlPlane Plane { get; }

        public async Task<AdoptedPaywalls> AdoptAsync()
        {
            using var gateway = Open();
            var adoption = new PaywallAdoption(Plane);
            var adopted = await adoption.PrepareAsync(gateway, "owner", None);
            await adoption.StoreAsync(adopted, None);
            return adopted;
        }

        public async Task<CompileResult> CompileAsync() =>
            PaywallCompiler.Compile(await Plane.ListPaywallsAsync(None), new CompileOptions { GatewayHasAdminApi = false });

        public async Task<bool> RollOutAsync(CompileResult compile)
        {
            using var gateway = Open();
            var plan = gateway.Plan(await gateway.ReadStateAsync(None), Rollout(compile));
            await gateway.ApplyAsync(Rollout(compile), None);
            return plan.Changes.Count == 0;
        }

        /// <summary>Rolls out; why that is refused, or null.</summary>
        public async Task<GatewayException?> FindRefusalAsync(CompileResult compile)
        {
            try
            {
                await RollOutAsync(compile);
                return null;
            }
            catch (GatewayException refusal) when (refusal.Reason.StartsWith("file_not_spliceable", StringComparison.Ordinal))
            {
                return refusal;
            }
        }

        public string ReadText() => Encoding.UTF8.GetString(File.ReadAllBytes(folder.File("aperture.yaml")));

        public IReadOnlyList<GatewayService> Read() => LiveFile.Read(folder.File("aperture.yaml")).Services;

        public void Dispose()
        {
            Plane.Dispose();
            folder.Dispose();
        }

        public static GatewayRollout Rollout(CompileResult compile) => new() { RequestId = "r", DeploymentId = "dep_r", ConfigHash = compile.ConfigHash, Artifact = compile.Artifact, Rules = compile.Rules, AllowMissingFeatures = true };

        private ApertureFileGateway Open() => new(new ApertureFileGatewayOptions { Path = folder.File("aperture.yaml"), Http = TestHttp.Options });
    }
}
