using System.Globalization;
using System.Text.RegularExpressions;
using LightningOps.ApertureYaml;

namespace LightningOps.Compile.Aperture;

/// <summary>Checks the upstream of a rule (docs/reference/compile.md#diagnostics).</summary>
internal sealed class UpstreamChecks
{
    private const string LocalCode = "upstream_private";

    // An encoded slash or dot.
    private static readonly Regex EncodedSegment = new("%2[FfEe]", RegexOptions.CultureInvariant);

    private readonly PrivateUpstreams policy;
    private readonly LimitedDiagnostics found;
    private ApertureRule? first;
    private long local;

    public UpstreamChecks(PrivateUpstreams policy, LimitedDiagnostics found)
    {
        this.policy = policy;
        this.found = found;
    }

    public void Check(ApertureRule rule)
    {
        if (rule.Candidate.Upstream is not { } upstream)
        {
            return;
        }

        CheckNetwork(rule, upstream);
        if (upstream.PathPrefix is { } prefix)
        {
            // Aperture decodes the prefix and resolves what then is a segment (proxy/proxy.go, rewriteRequestPath).
            var requested = DotSegments.Resolve(EncodedSegment.Replace(prefix, static octet => octet.Value[2] is 'F' or 'f' ? "/" : "."));
            found.Add(RuleChecks.CreateDiagnostic(
                rule,
                "upstream_path_prefix",
                DiagnosticSeverity.Warn,
                requested == DotSegments.Resolve(prefix)
                    ? "Aperture puts the upstream path " + prefix + " before the request's own path"
                    : "Aperture puts the path " + requested + " before the request's own path: it decodes the upstream path " + prefix + " and cannot send an encoded slash in it",
                DiagnosticDetails.Create("prefix", prefix)));
        }

        // Neither is repeated, because a query or a user name can hold a secret.
        if (upstream.HasQueryOrFragment)
        {
            found.Add(RuleChecks.CreateDiagnostic(rule, "upstream_query_ignored", DiagnosticSeverity.Warn, "The query or fragment of upstreamUrl is stored with the paywall and not sent: Aperture does not support one", null));
        }

        if (upstream.HasUserInfo)
        {
            found.Add(RuleChecks.CreateDiagnostic(rule, "upstream_credentials_ignored", DiagnosticSeverity.Warn, "The user name or password of upstreamUrl is stored with the paywall and not sent: remove it and set a header instead", null));
        }
    }

    /// <summary>
    /// One diagnostic for all upstreams at loopback and private addresses, if they are only reported. It names no address,
    /// because plans and statuses with it are posted.
    /// </summary>
    public void AddNote()
    {
        if (first is null || policy != PrivateUpstreams.Inform)
        {
            return;
        }

        found.Add(new Diagnostic
        {
            Code = LocalCode,
            Severity = DiagnosticSeverity.Info,
            Message = string.Format(
                CultureInfo.InvariantCulture,
                "{0} at a loopback or private address, for example {1}: Aperture reaches what listens there from the machine it runs on",
                local == 1 ? "1 route has its upstream" : local.ToString(CultureInfo.InvariantCulture) + " routes have their upstream",
                first.Place),
            Details = DiagnosticDetails.Create("routes", local),
        });
    }

    private void CheckNetwork(ApertureRule rule, UpstreamUrl upstream)
    {
        // A port of 0 ends in 0: most addresses need not be read again.
        if (upstream.Address[upstream.Address.Length - 1] == '0' && !HostPort.IsUpstream(upstream.Address))
        {
            Add("upstream_address_mistyped", DiagnosticSeverity.Error, "has port 0, where nothing listens: correct the port");
            return;
        }

        if (!upstream.IsResolvable)
        {
            Add(
                "upstream_address_mistyped",
                DiagnosticSeverity.Error,
                HostPort.IsTooLong(HostPort.GetHost(upstream.Address).TrimEnd('.')) ? "has a host name of more than 253 characters, or with a label of more than 63, which no resolver finds: correct the address"
                    : "has a host that is not a name of letters, digits, \"-\" and \".\", nor one that punycode can express in labels of 63 characters: correct the address");
            return;
        }

        switch (upstream.Network)
        {
            case UpstreamNetwork.LinkLocal:
                Add("upstream_link_local", DiagnosticSeverity.Error, "is link-local or a metadata address, where clouds serve a machine's own credentials: use the address of the service to sell");
                break;
            case UpstreamNetwork.Mistyped:
                Add("upstream_address_mistyped", DiagnosticSeverity.Error, "ends in a number and is not an IPv4 address: correct the address");
                break;
            case UpstreamNetwork.Loopback or UpstreamNetwork.Private:
                first ??= rule;
                local++;
                if (policy != PrivateUpstreams.Inform)
                {
                    Add(
                        LocalCode,
                        policy == PrivateUpstreams.Deny ? DiagnosticSeverity.Error : DiagnosticSeverity.Warn,
                        (upstream.Network == UpstreamNetwork.Loopback ? "is the gateway's own machine" : "is a private address")
                            + ": buyers reach what listens there inside the gateway's network");
                }

                break;
        }

        void Add(string code, DiagnosticSeverity severity, string message) => found.Add(RuleChecks.CreateDiagnostic(
            rule, code, severity, "The upstream address " + upstream.Address + " " + message, DiagnosticDetails.Create("address", upstream.Address)));
    }
}
