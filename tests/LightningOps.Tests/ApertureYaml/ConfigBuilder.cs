using System.Linq;
using LightningOps.ApertureYaml;

namespace LightningOps.Tests.ApertureYaml;

/// <summary>An aperture.yaml that starts without a word, and changes to it; what a check finds, as "code path".</summary>
internal static class ConfigBuilder
{
    public const string Settings = "listenaddr: localhost:8081\nauthenticator: {lndhost: localhost:10009, tlspath: /lnd/tls.cert, macdir: /lnd}\ndbbackend: sqlite\n";

    public const string Service = "  - name: a\n    hostregexp: '^a$'\n    address: a.example:443\n    protocol: https\n    auth: \"on\"\n    price: 3\n";

    /// <summary>Findings of a file whose top level has these settings more.</summary>
    public static string[] WithSettings(string yaml) => Check(Without(yaml) + yaml + "services:\n" + Service);

    /// <summary>Findings of a file whose authenticator has these members, with a database that can do all.</summary>
    public static string[] WithAuthenticator(string members, string settings = "dbbackend: sqlite\n") =>
        Check("listenaddr: localhost:8081\nauthenticator: {" + members + "}\n" + settings + "services:\n" + Service);

    /// <summary>Findings of a file with one service that has these members instead of or besides the usual.</summary>
    public static string[] WithService(string members) => Check(Settings + "services:\n" + ServiceWith(members));

    /// <summary>The usual service with these members instead or besides.</summary>
    public static string ServiceWith(string members)
    {
        var lines = members.TrimEnd('\n').Split('\n');
        var replaced = lines.Select(line => line.Split(':')[0]).ToArray();
        var kept = Service.TrimEnd('\n').Split('\n').Select(line => line[4..]).Where(line => !replaced.Contains(line.Split(':')[0]));
        return "  - capabilities: \"\"\n" + string.Concat(kept.Concat(lines).Select(line => "    " + line + "\n"));
    }

    /// <summary>Findings of a whole file but those that are true of nearly every file.</summary>
    public static string[] Check(string yaml) =>
        ApertureConfigCheck.Check(yaml).Diagnostics.Where(found => found.Code is not ("strictverify_off" or "needed_at_start" or "upstream_tls_unverified" or "challenge_expires_before_invoice" or "freebie_shared" or "invoices_unlimited" or "upstream_private")).Select(found => (found.Severity + " " + found.Code + " " + found.Path).TrimEnd()).ToArray();

    private static string Without(string yaml)
    {
        var replaced = yaml.Split('\n').Select(line => line.Split(':')[0]).ToArray();
        return string.Concat(Settings.Split('\n').Where(line => line.Length > 0 && !replaced.Contains(line.Split(':')[0])).Select(line => line + "\n"));
    }
}
