using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.Http;
using LightningOps.Re2;
using LightningOps.Re2.Syntax;

namespace LightningOps.ApertureYaml.Check;

/// <summary>
/// Finds services that Aperture starts with and then sells at a wrong price, gives away or loses. Services are
/// checked one by one and then together (docs/reference/aperture.md#credentials-at-run-time, #payment-challenges,
/// #what-is-served).
/// </summary>
internal sealed class SaleRules(ConfigFindings findings)
{
    private const long MaxTimeoutSeconds = 9_223_372_036;
    private const int MaxNoted = 1_001;

    /// <summary>Paths without a line feed, which "." does not match.</summary>
    private const string UsualPaths = "^/[^\\n]*$";

    /// <summary>Members that the admin API does not carry. They are lost at the start after an admin change.</summary>
    private static readonly string[] LostByAdmin =
    {
        "headers", "rewrite", "tlscertpath", "authwhitelistpaths", "authskipinvoicecreationpaths", "ratelimits", "timeout", "capabilities", "constraints", "dynamicprice",
    };

    private readonly HostPatternRules hosts = new(findings);
    private readonly PathPatternRules paths = new(findings);
    private readonly List<(TextPosition Position, string Path, string Scheme)> schemes = new();
    private (string Name, long Price, TextPosition Position, string Path)? cheapest;
    private (string Name, long Price, TextPosition Position, string Path)? dearest;
    private (string Name, TextPosition Position)? firstSold;
    private (string Name, string Members)? firstLost;
    private (TextPosition Position, string Path)? https;
    private (string Name, TextPosition Position, string Path)? firstLocal;
    private long local;

    /// <summary>Checks a service and notes checks that depend on the rest of the file.</summary>
    /// <param name="service">The service.</param>
    /// <param name="isReached">Whether no earlier service takes all of its requests.</param>
    public void Add(Section service, bool isReached)
    {
        isReached &= !CheckPatterns(service);
        CheckHeaders(service);
        CheckNetwork(service);
        CheckCertificate(service);
        CheckCertificate(service.Child("dynamicprice"));
        NoteAdmin(service);
        if (service.Text("protocol") == "https" && service.Text("tlscertpath").Length == 0)
        {
            https ??= (service.At("protocol"), service.GetPath("protocol"));
        }

        if (service.IsBroken("auth") || GatewayService.NormalizeAuth(service.Text("auth")) == GatewayService.AuthOff)
        {
            return;
        }

        if (FreesAll(service))
        {
            return;
        }

        firstSold ??= (service.Text("name"), service.Position);
        CheckLifetime(service);
        CheckConstraints(service);
        CheckFreebie(service);
        var makesInvoices = !CheckSkippedInvoices(service);
        if (isReached)
        {
            NotePrice(service, makesInvoices);
        }

        if (service.Text("authscheme") is { Length: > 0 } scheme && !(AuthSchemes.Accepts(scheme, AuthSchemes.L402) && AuthSchemes.Accepts(scheme, AuthSchemes.Payment)) && schemes.Count < MaxNoted)
        {
            schemes.Add((service.At("authscheme"), service.GetPath("authscheme"), scheme));
        }
    }

    /// <summary>Checks the services against the settings around them.</summary>
    public void Check(Section root)
    {
        var authenticator = root.Child("authenticator");
        if (authenticator.Flag("disable") && firstSold is { } sold)
        {
            findings.Error(
                "authenticator_disabled",
                FormattableString.Invariant($"disable makes no service free: Aperture has no node to ask for an invoice, and closes the connection of each request that has to be paid, such as those of \"{sold.Name}\" on line {sold.Position.Line}; remove it, or turn auth off"),
                authenticator.At("disable"),
                "authenticator.disable",
                stops: ApertureVersions.None);
        }

        // Without a node nothing is offered.
        var offersPayment = authenticator.Flag("enablempp") && !authenticator.Flag("disable");
        CheckUnknownSchemes(offersPayment);
        if (offersPayment)
        {
            CheckMpp(authenticator);
        }

        CheckAdmin(root);
        if (!root.Flag("strictverify") && firstSold is not null && !authenticator.Flag("disable"))
        {
            findings.Info("strictverify_off", "a preimage opens a service even when its invoice was never paid or was canceled: set strictverify to true if others know preimages", root.At("strictverify"), "strictverify");
        }

        if (firstSold is not null && !authenticator.Flag("disable"))
        {
            var invoices = authenticator.Flag("enablempp") ? authenticator.Flag("enablesessions") ? 3 : 2 : 1;
            findings.Info("invoices_unlimited", FormattableString.Invariant($"each request without a credential makes {invoices} new invoice{(invoices == 1 ? string.Empty : "s")}, without limit, and crawlers fill the node: limit such requests before Aperture, and let lnd remove canceled invoices (gc-canceled-invoices-on-the-fly)"), root.At("authenticator"), "authenticator");
        }

        if (firstLocal is { } near)
        {
            findings.Info(
                "upstream_private",
                FormattableString.Invariant($"{(local == 1 ? "1 service has its upstream" : local + " services have their upstream")} at a loopback or private address, for example \"{near.Name}\": buyers reach what listens there from the machine that Aperture runs on; name the port that is meant, and let nothing else listen at it"),
                near.Position,
                near.Path);
        }

        if (https is { } upstream)
        {
            findings.Info("upstream_tls_unverified", "Aperture does not verify the certificate of an https upstream: keep the connection on a network you trust", upstream.Position, upstream.Path);
        }
    }

    private void CheckLifetime(Section service)
    {
        var isDynamic = service.Child("dynamicprice").Flag("enabled");
        if (service.Number("timeout") > MaxTimeoutSeconds && !isDynamic && service.Number("price") != 0)
        {
            findings.Error("timeout_too_long", "a timeout above 9223372036 seconds overflows: a credential is paid and refused at once; write fewer seconds", service.At("timeout"), service.GetPath("timeout"), stops: ApertureVersions.None);
        }

        foreach (var key in new[] { "timeout", "capabilities", "constraints" })
        {
            if (!IsSet(service, key) || service.IsBroken("price"))
            {
                continue;
            }

            if (isDynamic)
            {
                findings.Warn("credential_limit_lost", key + " has no effect with dynamicprice, and the credential never expires and has no limits: use a fixed price, or end access by another service name", service.At(key), service.GetPath(key));
            }
            else if (service.Number("price") == 0)
            {
                findings.Warn("credential_limit_lost", key + " has no effect while price is 0 or absent, and the credential never expires and has no limits: write price: 1", service.At(key), service.GetPath(key));
            }
        }
    }

    /// <summary>Two caveats are Aperture's own and are checked at each request (Aperture l402/satisfier.go); a constraint of their name stands beside them.</summary>
    private void CheckConstraints(Section service)
    {
        foreach (var constraint in service.Texts("constraints"))
        {
            var condition = constraint.Key.Split('=')[0];
            if (condition == "services" || condition == service.Text("name") + "_valid_until")
            {
                findings.Error("constraint_reserved", "\"" + condition + "\" is a caveat of Aperture's own, and a credential with a second one is refused after it was paid, or expires when this one says: rename the constraint", constraint.Position, constraint.Path, stops: ApertureVersions.None);
            }
        }
    }

    private void CheckFreebie(Section service)
    {
        if (!service.Text("auth").StartsWith("freebie", StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        var at = service.At("auth");
        var path = service.GetPath("auth");
        if (FreebieCount.Read(service.Text("auth").ToLowerInvariant()) is > 0)
        {
            findings.Info("freebie_shared", "free requests are counted by network (IPv4 /24, IPv6 /48) and in memory: behind a proxy all clients share one count, and a restart resets the count", at, path);
        }

        var dynamicPrice = service.Child("dynamicprice");
        if (dynamicPrice.Flag("metered"))
        {
            findings.Warn("freebie_metered", "with freebie a paid credential is never metered, and opens the service without end: write auth \"on\"", at, path);
        }

        if (!dynamicPrice.Flag("enabled"))
        {
            return;
        }

        if (service.Number("price") == 0)
        {
            findings.Error("freebie_dynamicprice", "with freebie and dynamicprice v0.5.0 makes invoices without an amount, and 1 satoshi opens the service: write auth \"on\"", at, path, stops: ApertureVersions.None);
        }
        else
        {
            findings.Warn("freebie_dynamicprice", "with freebie and dynamicprice v0.5.0 asks the price of the file, not that of the price server: write auth \"on\"", at, path);
        }
    }

    /// <summary>Reports expressions that no request, or no usual one, matches.</summary>
    /// <returns>Whether no request reaches the service.</returns>
    private bool CheckPatterns(Section service)
    {
        foreach (var key in new[] { "hostregexp", "pathregexp" })
        {
            var pattern = service.Text(key);
            if (pattern.Length > 0 && pattern[pattern.Length - 1] is '\n' or '\r')
            {
                findings.Warn("pattern_ends_in_line_break", "the expression ends in a line break, which no usual request has, and the service is not reached" + FindMissed(pattern) + ": write it in single quotes on one line" + (pattern[pattern.Length - 1] == '\r' ? ", or save the file with line feeds (LF): a block text keeps its carriage returns" : ", or begin the block with \"|-\""), service.At(key), service.GetPath(key));
                return false;
            }
        }

        return (hosts.Check(service) ?? paths.Check(service)) == PathPatternRules.NeverMatches;
    }

    /// <summary>A request that the expression would match without the line break at its end.</summary>
    private static string FindMissed(string pattern) =>
        Re2Expression.TryParse(pattern.TrimEnd('\r', '\n'), out var meant, out _)
        && RegularLanguage.FromExpression(meant).FindOutside([], new AnalysisBudget(LanguageBounds.Default.MaxWork), out _) is { Length: > 0 } missed
            ? ", for example not by " + PathEncoding.Encode(missed)
            : string.Empty;

    private void CheckHeaders(Section service)
    {
        foreach (var header in service.Texts("headers"))
        {
            if (header.Text.IndexOfAny(['\r', '\n']) >= 0)
            {
                findings.Error("header_value_line_break", "a header value with a line break makes every request of the service fail with 502: write it on one line, or begin the block with \"|-\"", header.Position, header.Path, stops: ApertureVersions.None);
            }

            if (header.Key.Equals("host", StringComparison.OrdinalIgnoreCase))
            {
                findings.Warn("header_host_ignored", "Aperture ignores this header, and the upstream receives its own address as Host: remove it", header.Position, header.Path);
            }
        }
    }

    private void CheckCertificate(Section section)
    {
        if (section.Text("tlscertpath") is { Length: > 0 } file)
        {
            findings.Warn("certificate_file", "the certificate " + file + " must exist where Aperture runs: it reads the file when it starts, and stops when it cannot; that is not checked here", section.At("tlscertpath"), section.GetPath("tlscertpath"));
        }
    }

    private void CheckNetwork(Section service)
    {
        var address = service.Text("address");
        if (address.Length == 0 || service.IsBroken("address") || address is GatewayService.ClosedAddress or GatewayService.FormerClosedAddress)
        {
            return;
        }

        switch (UpstreamNetworks.Find(HostPort.GetHost(address)))
        {
            case UpstreamNetwork.LinkLocal:
                findings.Error("upstream_link_local", "the address is link-local or a metadata address, where clouds serve a machine's own credentials, and buyers would reach them: write the address of the service that is to be sold", service.At("address"), service.GetPath("address"), stops: ApertureVersions.None);
                break;
            case UpstreamNetwork.Mistyped when HostPort.IsUpstream(address):
                findings.Error("upstream_address_mistyped", "the host ends in a number and is no IPv4 address, so every request fails: correct the address", service.At("address"), service.GetPath("address"), stops: ApertureVersions.None);
                break;
            case UpstreamNetwork.Loopback or UpstreamNetwork.Private:
                local++;
                firstLocal ??= (service.Text("name"), service.At("address"), service.GetPath("address"));
                break;
        }
    }

    /// <summary>Reports free paths that are all of the service.</summary>
    /// <returns>Whether every request is free, so that nothing is sold.</returns>
    private bool FreesAll(Section service)
    {
        var free = service.Texts("authwhitelistpaths");
        var path = service.Text("pathregexp");
        if (free.Count == 0 || LeaveShortest(free, path))
        {
            return false;
        }

        var freesAll = CoverAll(free, path);
        var matching = free.Where(item => MatchesAll(item.Text, path)).Take(1).ToArray();
        var noted = matching.Length > 0 ? matching[0] : free[0];
        if (matching.Length > 0 ? noted.Text.Length > 0 : freesAll)
        {
            findings.Warn("whitelist_matches_all", (matching.Length > 0 ? "every path is free" : "the free paths together are every path of the service") + ", and nothing is sold: name the paths that are meant, or write auth \"off\"", noted.Position, noted.Path);
        }

        return freesAll;
    }

    /// <summary>Whether expressions together match every path of a service, control characters included.</summary>
    private static bool CoverAll(IReadOnlyList<TextItem> texts, string path) =>
        PathTexts.FindOutside(path, texts.Select(static item => item.Text).ToArray(), new AnalysisBudget(LanguageBounds.Default.MaxWork), out var decided) is null && decided;

    /// <summary>Whether none of the expressions matches the shortest request path of a service. Mostly their ends show it, and they need no automaton.</summary>
    private static bool LeaveShortest(IReadOnlyList<TextItem> texts, string path) =>
        Read(path) is { MatchesExactly: true } language && language.Intersect(RegularLanguage.Prefix("/"), new AnalysisBudget(LanguageBounds.Default.MaxWork)).ShortestText() is { } shortest
        && texts.All(item => Read(item.Text) is { } one && !one.Matches(shortest));

    private static RegularLanguage? Read(string expression) =>
        Re2Expression.TryParse(expression, out var parsed, out _) ? RegularLanguage.FromExpression(parsed) : null;

    /// <summary>Checks paths without an invoice. With freebie Aperture makes one for each path (proxy/proxy.go).</summary>
    /// <returns>Whether no invoice is made for any path.</returns>
    private bool CheckSkippedInvoices(Section service)
    {
        var skipped = service.Texts("authskipinvoicecreationpaths");
        var path = service.Text("pathregexp");
        if (skipped.Count == 0)
        {
            return false;
        }

        if (GatewayService.NormalizeAuth(service.Text("auth")) != GatewayService.AuthOn)
        {
            findings.Warn("skip_invoice_ignored", "with freebie Aperture makes an invoice for each path, and this list has no effect: write auth \"on\", or remove the list", skipped[0].Position, skipped[0].Path);
            return false;
        }

        if (LeaveShortest(skipped, path))
        {
            return false;
        }

        foreach (var item in skipped)
        {
            if (MatchesAll(item.Text, path))
            {
                findings.Error("skip_invoice_matches_all", "no invoice is made for any path, and every buyer is answered 401: name the paths that are meant", item.Position, item.Path, stops: ApertureVersions.None);
            }
        }

        return CoverAll(skipped, path);
    }

    /// <summary>Whether an expression matches every path, or every path of its service, however it is written.</summary>
    private static bool MatchesAll(string text, string path)
    {
        var budget = new AnalysisBudget(LanguageBounds.Default.MaxWork);
        return Read(text) is { IsAnalyzable: true, MatchesExactly: true } language
            && (Covers(UsualPaths) || (path.Length > 0 && Covers(path)));

        bool Covers(string paths) => Read(paths) is { } covered && language.Relate(covered, budget) is Relation.Contains or Relation.Equal;
    }

    private void NotePrice(Section service, bool makesInvoices)
    {
        if (service.IsBroken("price") || service.Child("dynamicprice").Flag("enabled"))
        {
            return;
        }

        // Every 402 offers a charge, and a service with another scheme does not accept it.
        var priced = (service.Text("name"), Math.Max(1, service.Number("price")), service.At("price"), service.GetPath("price"));
        if (makesInvoices)
        {
            cheapest = cheapest is { } cheap && cheap.Price <= priced.Item2 ? cheap : priced;
        }

        if (AuthSchemes.Accepts(service.Text("authscheme"), AuthSchemes.Payment))
        {
            dearest = dearest is { } dear && dear.Price >= priced.Item2 ? dear : priced;
        }
    }

    private void NoteAdmin(Section service)
    {
        if (firstLost is null && LostByAdmin.Where(key => IsSet(service, key)).ToArray() is { Length: > 0 } lost)
        {
            firstLost = (service.Text("name"), string.Join(", ", lost));
        }
    }

    private void CheckUnknownSchemes(bool offersPayment)
    {
        foreach (var (position, path, _) in schemes.Where(static noted => IsUnknown(noted.Scheme)))
        {
            if (offersPayment)
            {
                findings.Error("authscheme_unknown", "not a scheme of Aperture, and every credential is refused after it was paid: write l402, mpp or l402+mpp", position, path, stops: ApertureVersions.None);
            }
            else
            {
                findings.Warn("authscheme_unknown", "not a scheme of Aperture, and every credential is refused once enablempp is on: write l402, mpp or l402+mpp", position, path);
            }
        }
    }

    private static bool IsUnknown(string scheme) => !AuthSchemes.Accepts(scheme, AuthSchemes.L402) && !AuthSchemes.Accepts(scheme, AuthSchemes.Payment);

    private void CheckMpp(Section authenticator)
    {
        foreach (var (position, path, scheme) in schemes.Where(static noted => !IsUnknown(noted.Scheme)))
        {
            findings.Warn(
                "authscheme_refuses_offer",
                "every 402 offers L402 and Payment, and this service refuses " + (AuthSchemes.Accepts(scheme, AuthSchemes.L402) ? "Payment" : "L402") + " after it was paid: write l402+mpp, or remove authscheme",
                position,
                path);
        }

        if (cheapest is { } cheap && dearest is { } dear && cheap.Price < dear.Price)
        {
            findings.Warn(
                "charge_opens_dearer",
                FormattableString.Invariant($"a Payment charge is bound to no service: one of \"{cheap.Name}\" for {cheap.Price} sat opens \"{dear.Name}\" for {dear.Price} sat, at v0.5.0 without limit for 15 minutes; turn enablempp off, or ask one price"),
                authenticator.At("enablempp"),
                "authenticator.enablempp");
        }

        if (firstSold is null)
        {
            return;
        }

        findings.Info("challenge_expires_before_invoice", "a Payment challenge expires after 15 minutes and its invoice after 24 hours: who pays later than 15 minutes is refused", authenticator.At("enablempp"), "authenticator.enablempp");
        if (authenticator.Flag("enablesessions") && authenticator.Text("lndhost").Length == 0 && !authenticator.Flag("disable"))
        {
            findings.Warn("sessions_need_lnd", "sessions refund what is left through lnd: set lndhost, or turn enablesessions off", authenticator.At("enablesessions"), "authenticator.enablesessions");
        }
    }

    private void CheckAdmin(Section root)
    {
        var admin = root.Child("admin");
        if (!admin.Flag("enabled") || BackendRules.GetBackend(root) == "etcd")
        {
            return;
        }

        findings.Warn(
            "admin_rows_win",
            "the admin API is on: rows of its database replace services of this file by name, at every start"
                + (firstLost is { } lost ? ", and an admin change of \"" + lost.Name + "\" loses " + lost.Members + " at the next start" : string.Empty)
                + "; roll out over the admin API, or turn it off",
            admin.At("enabled"),
            "admin.enabled");
        if ((findings.Versions & ApertureVersions.Main) != ApertureVersions.None && !root.IsBroken("writetimeout") && root.Duration("writetimeout", 1) != 0)
        {
            findings.Warn("admin_needs_no_writetimeout", "after v0.5.0 the whole admin API answers 500 while writetimeout (30s unless set) is not 0s: set writetimeout to 0s", root.Has("writetimeout") ? root.At("writetimeout") : admin.At("enabled"), "writetimeout");
        }
    }

    private static bool IsSet(Section service, string key) =>
        service.Has(key) && (service.Text(key).Length > 0 || service.Number(key) != 0 || service.Texts(key).Count > 0 || service.Sections(key).Count > 0 || service.Child(key).Keys.Any());
}
