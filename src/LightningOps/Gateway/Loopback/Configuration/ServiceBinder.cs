using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.ApertureYaml.Check;
using LightningOps.Gateway.Loopback.Forwarding;
using LightningOps.Gateway.Loopback.Matching;
using LightningOps.L402.Macaroons;

namespace LightningOps.Gateway.Loopback.Configuration;

/// <summary>Makes a service from its validated section of the file.</summary>
internal sealed class ServiceBinder
{
    private const double NanosecondsPerSecond = 1e9;
    private readonly Section section;
    private readonly Func<string, string?> environment;
    private readonly string name;
    private readonly bool offersCharges;

    public ServiceBinder(Section section, Func<string, string?> environment, bool offersCharges)
    {
        this.offersCharges = offersCharges;
        this.section = section;
        this.environment = environment;
        name = section.Text("name");
    }

    /// <exception cref="LoopbackConfigException">The section requires a feature that only Aperture has.</exception>
    public LoopbackService Bind()
    {
        var price = section.Number("price");
        return new LoopbackService
        {
            Name = name,
            Host = Matcher("hostregexp", section.Text("hostregexp")),
            Path = section.Text("pathregexp") is { Length: > 0 } path ? Matcher("pathregexp", path) : null,
            Address = section.Text("address"),
            Protocol = section.Text("protocol"),
            Auth = AuthLevel.Parse(section.Text("auth")),
            PriceSats = price == 0 ? 1 : price,
            AcceptsL402 = !offersCharges || AuthSchemes.Accepts(section.Text("authscheme"), AuthSchemes.L402),
            AcceptsCharges = offersCharges && AuthSchemes.Accepts(section.Text("authscheme"), AuthSchemes.Payment),
            Caveats = price == 0 ? [] : Caveats(),
            TimeoutSeconds = price == 0 ? 0 : GetSeconds(section.Number("timeout")),
            FreePaths = Matchers("authwhitelistpaths"),
            PathsWithoutInvoice = Matchers("authskipinvoicecreationpaths"),
            RateLimits = section.Sections("ratelimits").Select((limit, i) => BindRateLimit(limit!, "ratelimits[" + i.ToString(CultureInfo.InvariantCulture) + "].pathregexp")).ToArray(),
            RewritePrefix = RewritePath.NormalizePrefix(section.Child("rewrite").Text("prefix")),
            Headers = section.Texts("headers").Select(Header).ToArray(),
        };
    }

    // Aperture counts nanoseconds in 64 bits; beyond that a credential has expired when it is sold (services.go). A negative timeout is
    // ignored.
    private static long GetSeconds(long timeout) =>
        timeout <= 0 ? 0 : unchecked(timeout * (long)NanosecondsPerSecond) / (long)NanosecondsPerSecond;

    // Aperture looks up the caveats of a service by name and price before it replaces a price of 0 by 1 (services.go,
    // proxy/service.go), so credentials of such a service only have the caveat that names it.
    private List<Caveat> Caveats()
    {
        var caveats = new List<Caveat> { new(name + "_capabilities", section.Text("capabilities")) };
        foreach (var constraint in section.Texts("constraints"))
        {
            if (constraint.Key.Length == 0 || constraint.Key.IndexOf('=') >= 0)
            {
                throw new LoopbackConfigException("service " + name + ": \"" + constraint.Key + "\" is not the name of a constraint", "Use a name without \"=\".", name, "constraints");
            }

            caveats.Add(new Caveat(constraint.Key, constraint.Text));
        }

        return caveats;
    }

    private RateLimit BindRateLimit(Section limit, string member)
    {
        var requests = limit.Number("requests");
        var burst = limit.Number("burst");
        var path = limit.Text("pathregexp");
        return new RateLimit(
            path.Length == 0 ? null : Matcher(member, path),
            requests / (limit.Duration("per") / NanosecondsPerSecond),
            burst == 0 ? requests : burst);
    }

    private KeyValuePair<string, string> Header(TextItem header) =>
        new(header.Key, HeaderValue.Resolve(name, header.Key, header.Text, environment));

    private TextMatcher[] Matchers(string member) =>
        section.Texts(member).Select(item => Matcher(member, item.Text)).ToArray();

    private TextMatcher Matcher(string member, string pattern) =>
        TextMatcher.Create(pattern) ?? throw LoopbackConfigException.Unsupported(name, "an escaped surrogate (\\x{D800}) in " + member);
}
