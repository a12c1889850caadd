using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using LightningOps.ApertureYaml;

namespace LightningOps.Gateway.Routing;

/// <summary>Findings of the check of an aperture.yaml that change what its services do with a request.</summary>
internal sealed class ConfigurationFaults
{
    private const string Service = "services[";
    private const int MaxReasons = 3;

    // Aperture answers 502 in place of the upstream.
    private static readonly string[] UpstreamCodes =
        ["service_address_missing", "address_invalid", "protocol_unknown", "header_name_invalid", "header_value_line_break", "upstream_address_mistyped"];

    private const string Disabled = "authenticator.disable: Aperture has no node to ask for an invoice, and closes the connection";

    // An L402 credential is not made, or refused after it was paid (docs/reference/aperture.md#credentials-at-run-time). A
    // charge of the Payment scheme names no service and has no caveats.
    private static readonly string[] CredentialCodes = ["service_name_missing", "service_name_delimiter"];

    private readonly Dictionary<int, string> upstream = new();
    private readonly Dictionary<int, string> credential = new();
    private readonly HashSet<int> nameless = [];
    private readonly Dictionary<int, string> price = new();
    private readonly Dictionary<int, string> lifetime = new();
    private readonly Dictionary<int, string> scheme = new();
    private readonly HashSet<int> unknownAuth = [];
    private string? ofAll;

    private ConfigurationFaults(IReadOnlyList<string> notices) => Notices = notices;

    /// <summary>No fault.</summary>
    public static ConfigurationFaults None { get; } = new([]);

    /// <summary>Findings about the file as a whole, beside which its services may be served.</summary>
    public IReadOnlyList<string> Notices { get; }

    /// <summary>The faults of a file.</summary>
    /// <param name="utf8">The bytes of the file.</param>
    /// <param name="name">The setting that names the file in an error.</param>
    /// <exception cref="ConfigException">No recorded version of Aperture starts with the file, and nothing is served.</exception>
    public static ConfigurationFaults Find(byte[] utf8, string name)
    {
        var report = ApertureConfigCheck.CheckForErrors(utf8, listsAll: true);
        var errors = report.Diagnostics.Where(static found => found.Severity == DiagnosticSeverity.Error).ToArray();
        var stops = report.FindStops();
        if (stops.Count > 0)
        {
            var more = stops.Count - MaxReasons;
            throw new ConfigException(
                name,
                "is a configuration that Aperture does not start with, and nothing is served: "
                    + string.Join("; ", stops.Take(MaxReasons).Select(static stop => stop.ToString()))
                    + (more > 0 ? FormattableString.Invariant($"; and {more} more") : string.Empty),
                "Correct what Test-ApertureConfig reports.");
        }

        var faults = new ConfigurationFaults(errors.Where(static found => !found.Path.StartsWith(Service, StringComparison.Ordinal)).Select(GetNotice).ToArray());
        foreach (var found in errors)
        {
            faults.Add(found);
        }

        return faults;
    }

    /// <summary>Whether the service has a word of auth that Aperture does not know, which makes it free.</summary>
    public bool HasUnknownAuth(int place) => unknownAuth.Contains(place);

    /// <summary>Why no request reaches the upstream of a service; null if none is known.</summary>
    public string? FindUpstreamFault(int place) => Find(upstream, place);

    /// <summary>Why nothing can be bought, because Aperture makes no challenge; null if no reason is known.</summary>
    /// <param name="place">Place of the service, from 0.</param>
    /// <param name="offersPayment">Whether Aperture offers the Payment scheme.</param>
    public string? FindChallengeFault(int place, bool offersPayment) =>
        ofAll ?? Find(price, place) ?? (!offersPayment && nameless.Contains(place) ? Find(credential, place) : null);

    /// <summary>Why an L402 credential of a service opens nothing; null if no reason is known.</summary>
    /// <param name="place">Place of the service, from 0.</param>
    /// <param name="service">The service.</param>
    public string? FindCredentialFault(int place, RoutedService service) =>
        Find(credential, place) ?? (service.CarriesLimits ? Find(lifetime, place) : null);

    /// <summary>Why a service accepts no scheme; null if no reason is known. It has no effect where Aperture does not offer the Payment scheme.</summary>
    /// <param name="place">Place of the service, from 0.</param>
    public string? FindSchemeFault(int place) => Find(scheme, place);

    private static string? Find(Dictionary<int, string> faults, int place) => faults.TryGetValue(place, out var fault) ? fault : null;

    private static string GetNotice(ApertureConfigDiagnostic found) => found.Stops switch
    {
        ApertureVersions.None => found.ToString(),
        ApertureVersions.V050 => "Aperture v0.5.0 does not start with the file: " + found,
        ApertureVersions.Main => "Aperture after v0.5.0 does not start with the file: " + found,
        _ => "Aperture does not start with the file unless its command line sets what is missing: " + found,
    };

    private void Add(ApertureConfigDiagnostic found)
    {
        if (found.Code == "authenticator_disabled")
        {
            ofAll = Disabled;
        }

        var close = found.Path.StartsWith(Service, StringComparison.Ordinal) ? found.Path.IndexOf(']') : -1;
        if (close < 0 || !int.TryParse(found.Path.Substring(Service.Length, close - Service.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var place))
        {
            return;
        }

        if (found.Code == "auth_unknown")
        {
            unknownAuth.Add(place);
            return;
        }

        if (found.Code == "service_name_missing")
        {
            nameless.Add(place);
        }

        if (GetFaults(found) is { } faults && !faults.ContainsKey(place))
        {
            faults.Add(place, found.Path.Substring(close + 1).TrimStart('.') + ": " + found.Message);
        }
    }

    private Dictionary<int, string>? GetFaults(ApertureConfigDiagnostic found) => found.Code switch
    {
        var code when UpstreamCodes.Contains(code) => upstream,
        var code when CredentialCodes.Contains(code) => credential,
        "grpcaddress_missing" => price,
        "timeout_too_long" => lifetime,
        "constraint_reserved" when found.Path.EndsWith(".services", StringComparison.Ordinal) => lifetime,
        "authscheme_unknown" => scheme,
        _ => null,
    };
}
