using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Security;
using LightningOps.Gateway;
using LightningOps.Gateway.Registry;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.Settings;

namespace LightningOps.PowerShell.Binding;

/// <summary>
/// A gateway given by the caller: a text (<c>file:PATH</c>), or a hashtable with the settings of that gateway only:
/// <c>@{ Kind = 'admin'; Endpoint = 'https://a:8081', 'https://b:8081'; MacaroonPath = 'admin.macaroon' }</c>.
/// </summary>
public sealed class GatewayArgument
{
    private const string KindKey = "Kind";
    private const string EndpointKey = "Endpoint";
    private const string PathKey = "Path";

    private static readonly string[] Keys =
    [
        KindKey, EndpointKey, PathKey, "Macaroon", "MacaroonPath", "OpsToken", "CertificatePath", "CertificateFingerprint", "ReloadCommand", "AllowHangup",
        "ReloadTimeoutSeconds", "HealthTimeoutSeconds", "KeepVersions", "HealthUrl", "ChallengeUrl", "ProxyUrl", "StopCommand",
        "DrainCommand", "UndrainCommand",
    ];

    private readonly string? text;
    private readonly Dictionary<string, object>? members;

    /// <summary>A gateway given as a text.</summary>
    public GatewayArgument(string text) => this.text = text;

    /// <summary>A gateway with its own settings.</summary>
    /// <param name="members">Its members, by name.</param>
    internal GatewayArgument(IDictionary members)
    {
        this.members = new Dictionary<string, object>(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry member in members)
        {
            if (((member.Value as PSObject)?.BaseObject ?? member.Value) is { } value)
            {
                this.members[Convert.ToString(member.Key, CultureInfo.InvariantCulture) ?? string.Empty] = value;
            }
        }
    }

    /// <summary>A registered gateway, as the equivalent hashtable.</summary>
    internal GatewayArgument(IDictionary members, RegisteredGateway registered)
        : this(members) => Registered = registered;

    /// <summary>Its registration; null if the caller gave the gateway directly.</summary>
    internal RegisteredGateway? Registered { get; }

    /// <summary>Why its registration could not be read; null if it was, or there is none.</summary>
    internal LightningOpsException? Unread { get; init; }

    /// <summary>The text, possibly the name of a registered gateway; null for a hashtable.</summary>
    internal string? Text => text;

    /// <summary>Whether a setting belongs to the gateway itself.</summary>
    internal bool Has(string parameter) => members?.ContainsKey(GetKey(parameter)) == true;

    /// <summary>Program and arguments that take down the whole gateway; null for none.</summary>
    /// <exception cref="ConfigException">The value is not a list of texts.</exception>
    internal IReadOnlyList<string>? StopCommand => FindTexts("StopCommand");

    /// <summary>Program and arguments that take an endpoint out of the balancer; null for none.</summary>
    /// <exception cref="ConfigException">The value is not a list of texts.</exception>
    internal IReadOnlyList<string>? DrainCommand => FindTexts("DrainCommand");

    /// <summary>Program and arguments that put an endpoint back; null for none.</summary>
    /// <exception cref="ConfigException">The value is not a list of texts.</exception>
    internal IReadOnlyList<string>? UndrainCommand => FindTexts("UndrainCommand");

    /// <summary>Kind and address.</summary>
    /// <exception cref="ConfigException">The value is not a gateway.</exception>
    internal GatewayReference Resolve()
    {
        if (members is null)
        {
            return GatewayReference.Parse(text!);
        }

        if (members.Keys.FirstOrDefault(key => !Keys.Contains(GetKey(key), StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            var nearest = Keys.FirstOrDefault(key => key.StartsWith(unknown, StringComparison.OrdinalIgnoreCase) || unknown.StartsWith(key, StringComparison.OrdinalIgnoreCase));
            throw new ConfigException("Gateway", "\"" + unknown + "\" is not a member of a gateway", (nearest is null ? string.Empty : "Use " + nearest + ". ") + "Members are " + string.Join(", ", Keys) + ".");
        }

        var kind = FindText(KindKey) ?? throw new ConfigException("Gateway", "the hashtable has no Kind", "Add it: -Gateway @{ Kind = 'admin'; Endpoint = 'https://host:8081' }.");
        var places = FindTexts(EndpointKey) ?? FindTexts(PathKey);
        if (places is null && kind.Equals("file", StringComparison.OrdinalIgnoreCase))
        {
            throw new ConfigException("Gateway", "the hashtable has no Path", "Add it: -Gateway @{ Kind = 'file'; Path = '/etc/aperture/aperture.yaml' }.");
        }

        return GatewayReference.Parse(places is null ? kind : kind + ":" + string.Join(",", places));
    }

    /// <summary>The settings with the gateway's own settings applied.</summary>
    /// <param name="shared">Settings of the command.</param>
    /// <param name="resolveFile">Resolves a path of the session.</param>
    /// <param name="resolveSecret">Resolves the path of a file with a secret.</param>
    /// <exception cref="ConfigException">A setting cannot be used.</exception>
    internal GatewaySettings Apply(GatewaySettings shared, Func<string, string> resolveFile, Func<string, string> resolveSecret)
    {
        var challenges = FindTexts("ChallengeUrl");
        var proxies = FindTexts("ProxyUrl");
        return members is null ? shared : shared with
        {
            OpsToken = FindSecrets("OpsToken") is { } tokens ? (tokens.Count == 1 ? tokens[0] : null) : shared.OpsToken,
            Macaroon = FindSecrets("Macaroon") is { } macaroons ? (macaroons.Count == 1 ? macaroons[0] : null) : shared.Macaroon,
            MacaroonPath = FindFile("MacaroonPath", resolveSecret) ?? shared.MacaroonPath,
            ConfigPath = Find(EndpointKey) is null ? shared.ConfigPath : FindFile(PathKey, resolveFile) ?? shared.ConfigPath,
            Access = FindAccess(resolveFile, resolveSecret),
            CertificatePath = FindFile("CertificatePath", resolveFile) ?? shared.CertificatePath,
            CertificateFingerprint = FindOne("CertificateFingerprint") ?? shared.CertificateFingerprint,
            ReloadCommand = FindTexts("ReloadCommand") ?? shared.ReloadCommand,
            AllowHangup = FindFlag("AllowHangup") ?? shared.AllowHangup,
            ReloadTimeout = FindNumber("ReloadTimeoutSeconds", 1) is { } seconds ? TimeSpan.FromSeconds(seconds) : shared.ReloadTimeout,
            HealthTimeout = FindNumber("HealthTimeoutSeconds", 1) is { } start ? TimeSpan.FromSeconds(start) : shared.HealthTimeout,
            KeptVersions = FindNumber("KeepVersions", 0) ?? shared.KeptVersions,
            HealthUrl = FindText("HealthUrl") ?? shared.HealthUrl,
            ChallengeUrl = challenges is { Count: 1 } ? challenges[0] : challenges is null ? shared.ChallengeUrl : null,
            ChallengeUrls = challenges is { Count: > 1 } ? challenges : null,
            ProxyUrl = proxies is { Count: 1 } ? proxies[0] : proxies is null ? shared.ProxyUrl : null,
            ProxyUrls = proxies is { Count: > 1 } ? proxies : null,
        };
    }

    /// <summary>The name, the text, or kind and endpoints; never a secret.</summary>
    public override string ToString() =>
        Registered is not null ? Registered.Name : members is null ? text! : (FindText(KindKey) ?? "?") + ":" + string.Join(",", FindTexts(EndpointKey) ?? FindTexts(PathKey) ?? []);

    private static string GetKey(string parameter) => parameter.Equals("TlsCertificatePath", StringComparison.OrdinalIgnoreCase) ? "CertificatePath" : parameter;

    private object? Find(string key) =>
        members is null ? null
        : members.TryGetValue(key, out var value) ? value
        : key == "CertificatePath" && members.TryGetValue("TlsCertificatePath", out value) ? value
        : null;

    private string? FindText(string key) => FindTexts(key) is { } texts ? texts.Count == 1 ? texts[0] : throw Invalid(key, "one text") : null;

    // Several values belong to one endpoint each.
    private string? FindOne(string key) => FindTexts(key) is { Count: 1 } texts ? texts[0] : null;

    private string? FindFile(string key, Func<string, string> resolveFile) => FindOne(key) is { } path ? resolveFile(path) : null;

    private IReadOnlyList<OperatorSecret>? FindSecrets(string key) => Find(key) switch
    {
        null => null,
        IEnumerable many and not string => many.Cast<object?>().Select(one => ToSecret(key, (one as PSObject)?.BaseObject ?? one)).ToArray(),
        var one => [ToSecret(key, one)],
    };

    private static OperatorSecret ToSecret(string key, object? value) =>
        GatewaySettingsCmdlet.ToSecret(value as SecureString ?? throw Invalid(key, "a SecureString, or one for each endpoint"))!;

    /// <summary>Settings per endpoint; null if all endpoints share the same settings.</summary>
    private IReadOnlyList<EndpointAccess>? FindAccess(Func<string, string> resolveFile, Func<string, string> resolveSecret)
    {
        var macaroons = FindSecrets("Macaroon");
        var tokens = FindSecrets("OpsToken");
        var paths = FindTexts("MacaroonPath");
        var certificates = FindTexts("CertificatePath");
        var fingerprints = FindTexts("CertificateFingerprint");
        if ((macaroons?.Count ?? 0) <= 1 && (tokens?.Count ?? 0) <= 1 && (paths?.Count ?? 0) <= 1 && (certificates?.Count ?? 0) <= 1 && (fingerprints?.Count ?? 0) <= 1)
        {
            return null;
        }

        var endpoints = FindTexts(EndpointKey)?.Count ?? 1;
        foreach (var (key, count) in new[] { ("Macaroon", macaroons?.Count), ("OpsToken", tokens?.Count), ("MacaroonPath", paths?.Count), ("CertificatePath", certificates?.Count), ("CertificateFingerprint", fingerprints?.Count) })
        {
            if (count > 1 && count != endpoints)
            {
                throw Invalid(key, FormattableString.Invariant($"one value, or one for each of the {endpoints} endpoints"));
            }
        }

        return Enumerable.Range(0, endpoints)
            .Select(place => new EndpointAccess(At(macaroons, place), At(paths, place) is { } path ? resolveSecret(path) : null, At(certificates, place) is { } certificate ? resolveFile(certificate) : null, At(fingerprints, place)) { OpsToken = At(tokens, place) })
            .ToArray();
    }

    private static T? At<T>(IReadOnlyList<T>? values, int place)
        where T : class => values is { Count: > 1 } ? values[place] : null;

    private IReadOnlyList<string>? FindTexts(string key)
    {
        if (Find(key) is not { } value)
        {
            return null;
        }

        if (value is RegisteredCommand command)
        {
            return command;
        }

        var texts = (value is IEnumerable many and not string ? many.Cast<object?>() : [value])
            .Select(static item => Convert.ToString((item as PSObject)?.BaseObject ?? item, CultureInfo.InvariantCulture)?.Trim() ?? string.Empty)
            .ToArray();
        return texts.Length > 0 && texts.All(static text => text.Length > 0) ? texts : throw Invalid(key, "a text");
    }

    private int? FindNumber(string key, int least) => FindText(key) is not { } number ? null
        : int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) && parsed >= least ? parsed
        : throw Invalid(key, FormattableString.Invariant($"a whole number of at least {least}"));

    private bool? FindFlag(string key) => Find(key) switch
    {
        null => null,
        bool flag => flag,
        SwitchParameter flag => flag.ToBool(),
        _ => throw Invalid(key, "$true or $false"),
    };

    private static ConfigException Invalid(string key, string what) => new("Gateway", key + " must be " + what, "Correct " + key + " in the hashtable of the gateway.");
}
