using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using LightningOps.ApertureYaml;
using LightningOps.ApertureYaml.Check;
using LightningOps.Compile;
using LightningOps.Gateway.Loopback.Configuration;
using LightningOps.Gateway.Loopback.Http;

namespace LightningOps.Gateway.Routing;

/// <summary>The services of one configuration, with their handling of requests. Not thread-safe.</summary>
public sealed class RouteTable
{
    private const string AdminPath = "/api/admin/";
    private const string L402 = "L402";
    private const string Payment = "Payment";
    private const int MaxPassed = 100;
    private readonly RoutedService?[] routed;
    private static readonly HashSet<int> NoPlaces = [];
    private readonly bool? offersPayment;
    private readonly bool hasAdminApi;
    private readonly ICollection<int> partlyListed;
    private readonly ConfigurationFaults faults;

    private RouteTable(IReadOnlyList<GatewayService> services, bool? offersPayment, bool hasAdminApi, ConfigurationFaults faults, ICollection<int> partlyListed)
    {
        Services = services;
        this.offersPayment = offersPayment;
        this.hasAdminApi = hasAdminApi;
        this.partlyListed = partlyListed;
        this.faults = faults;
        Matcher = new RouteMatcher(services);
        routed = new RoutedService?[services.Count];
    }

    /// <summary>Services in match order.</summary>
    public IReadOnlyList<GatewayService> Services { get; }

    /// <summary>Findings about the file as a whole, beside which its services may be served; empty if there is no file.</summary>
    public IReadOnlyList<string> Notices => faults.Notices;

    /// <summary>Whether Aperture serves files where no service matches.</summary>
    internal bool ServesFiles { get; private init; }

    /// <summary>Whether it has the services of paywalls only, beside which a gateway may serve others.</summary>
    private bool IsOfCompile { get; init; }

    /// <summary>Finds the service of a request.</summary>
    internal RouteMatcher Matcher { get; }

    /// <summary>The services of an aperture.yaml or of an artifact.</summary>
    /// <param name="yaml">The text.</param>
    /// <exception cref="ConfigException">Aperture does not start with it, and nothing is served.</exception>
    /// <exception cref="ApertureConfigFormatException">It is not YAML that Aperture reads.</exception>
    public static RouteTable FromYaml(string yaml) => FromFile(Encoding.UTF8.GetBytes(yaml), "ApertureYaml");

    /// <summary>The services of an aperture.yaml or of an artifact.</summary>
    /// <param name="utf8">The bytes of the file.</param>
    /// <param name="name">The setting that names the file in an error.</param>
    /// <exception cref="ConfigException">Aperture does not start with it, and nothing is served.</exception>
    /// <exception cref="ApertureConfigFormatException">It is not YAML that Aperture reads.</exception>
    public static RouteTable FromFile(byte[] utf8, string name) => Read(Encoding.UTF8.GetString(utf8), () => ConfigurationFaults.Find(utf8, name));

    /// <summary>The live services of a gateway.</summary>
    /// <param name="services">Services in match order.</param>
    public static RouteTable FromServices(IReadOnlyList<GatewayService> services) => new(services, null, false, ConfigurationFaults.None, NoPlaces);

    /// <summary>The live services of a gateway, with what is known of them.</summary>
    /// <param name="services">Services in match order.</param>
    /// <param name="offersPayment">Whether the gateway offers the Payment scheme; null if unknown.</param>
    /// <param name="hasAdminApi">Whether the admin API answers its paths.</param>
    /// <param name="partlyListed">Places, from 0, of services of which the gateway does not list all members.</param>
    internal static RouteTable FromLive(IReadOnlyList<GatewayService> services, bool? offersPayment, bool hasAdminApi, ICollection<int> partlyListed) =>
        new(services, offersPayment, hasAdminApi, ConfigurationFaults.None, partlyListed);

    /// <summary>The services of a compile for Aperture.</summary>
    /// <param name="compile">A valid compile.</param>
    /// <exception cref="ConfigException">It has no artifact, or is for another gateway.</exception>
    public static RouteTable FromCompile(CompileResult compile) =>
        !compile.Valid ? throw new ConfigException("InputObject", "is a compile that is not valid: it has no services", "Correct what its Diagnostics say and compile again.")
        : compile.Format != ArtifactFormat.Aperture ? throw new ConfigException("InputObject", "is a compile in the format " + compile.Format, "Compile with -Format Aperture.")
        : Read(compile.ApertureYaml!, static () => ConfigurationFaults.None, isOfCompile: true);

    private static string OnOneLine(string text) => TerminalText.Clean(text).Replace("\n", "\\n");

    private static RouteTable Read(string yaml, Func<ConfigurationFaults> findFaults, bool isOfCompile = false)
    {
        var settings = ConfigReader.Read(yaml, new ConfigFindings()) ?? new Section(string.Empty, TextPosition.Start);
        return new RouteTable(ServiceReader.Read(settings), settings.Has("authenticator") ? settings.Child("authenticator").Flag("enablempp") : null, BackendRules.HasAdminApi(settings), findFaults(), NoPlaces) { ServesFiles = settings.Flag("servestatic"), IsOfCompile = isOfCompile };
    }

    /// <summary>The routed form of a service.</summary>
    internal RoutedService GetService(int place) => routed[place] ??= new RoutedService(Services[place]);

    /// <summary>Outcome of a request, and the place of its service; -1 for none.</summary>
    internal (RouteOutcome Outcome, int Place) Find(RoutedRequest? request, string method)
    {
        if (request is null)
        {
            return (RouteOutcome.BadRequest, -1);
        }

        if (method == "OPTIONS")
        {
            return (RouteOutcome.Preflight, -1);
        }

        if (hasAdminApi && request.Path.StartsWith(AdminPath, StringComparison.Ordinal))
        {
            return (RouteOutcome.AdminApi, -1);
        }

        var place = Matcher.Find(request.Host, request.Path);
        return place < 0 ? (place == -1 ? RouteOutcome.NotMatched : RouteOutcome.NotKnown, -1) : (Judge(place, request.Path), place);
    }

    /// <summary>Price of a request with this outcome: 0 if it is free, null if it is not sold or another server sets it.</summary>
    internal long? GetPrice(RouteOutcome outcome, int place) => outcome switch
    {
        RouteOutcome.Sold => GetService(place).PriceSats,
        RouteOutcome.Free => 0,
        _ => null,
    };

    /// <summary>Free requests of each network before the price is charged; null if there are none.</summary>
    internal int? GetFreeRequests(RouteOutcome outcome, int place) => outcome == RouteOutcome.Sold && GetService(place).FreeRequests is > 0 and var free ? free : null;

    /// <summary>The handling of a request in full.</summary>
    /// <param name="uri">An absolute URL.</param>
    /// <param name="method">The method.</param>
    /// <exception cref="ConfigException">The text is not an absolute URL that clients can send, or the method is none.</exception>
    public RouteResolution Resolve(string uri, string method)
    {
        if (!RequestHeadParser.IsToken(method))
        {
            throw new ConfigException("Method", "is not a method: \"" + OnOneLine(method) + "\"", "Write it as clients send it, for example GET.");
        }

        var request = RoutedRequest.FromUrl(uri);
        var (outcome, place) = Find(request, method);
        var resolution = new RouteResolution
        {
            Uri = UpstreamUrl.WithoutUserInfo(uri),
            Method = method,
            Host = request?.Host ?? string.Empty,
            Path = request?.Path ?? string.Empty,
            Outcome = outcome,
            Reason = outcome switch
            {
                RouteOutcome.BadRequest => "Aperture answers 400: the URL has a malformed escape or host.",
                RouteOutcome.Preflight => "Aperture answers OPTIONS itself.",
                RouteOutcome.AdminApi => "The admin API answers: no service is asked.",
                RouteOutcome.NotKnown => "An expression with an escaped surrogate may match first: the service is not known.",
                RouteOutcome.NotMatched when IsOfCompile => "No service of these paywalls matches: 404, unless the gateway has services of others.",
                RouteOutcome.NotMatched => ServesFiles ? "No service matches: a file of staticroot is served free of charge, or 404." : "No service matches: 404.",
                _ => string.Empty,
            },
        };
        if (request is null || outcome is RouteOutcome.Preflight or RouteOutcome.AdminApi or RouteOutcome.NotKnown)
        {
            return resolution;
        }

        var earlier = place < 0 ? Services.Count : place;
        resolution = resolution with { EarlierServices = earlier, PassedOver = GetPassed(request, earlier) };
        return place < 0 ? resolution : Describe(resolution, request, GetService(place), place);
    }

    private RouteOutcome Judge(int place, string path)
    {
        var service = GetService(place);
        if (service.IsClosed && service.Auth.Kind == AuthKind.Off)
        {
            return RouteOutcome.Closed;
        }

        var isFree = service.Auth.Kind == AuthKind.Off || service.FindFreePath(path) is not null;
        return !isFree && service.Auth.Kind == AuthKind.On && service.FindPathWithoutInvoice(path) is not null ? RouteOutcome.NotSold
            : FindFault(place, path, isFree) is not null ? RouteOutcome.Fails
            : isFree ? RouteOutcome.Free
            : RouteOutcome.Sold;
    }

    private string? FindFault(int place, string path, bool isFree) =>
        (isFree ? null : faults.FindChallengeFault(place, offersPayment == true))
        ?? faults.FindUpstreamFault(place)
        ?? (GetService(place).IsClosed ? "address: nothing listens on port 0" : null)
        ?? GetService(place).FindRefusingLimit(path)
        ?? (isFree ? null : FindSchemeFault(place));

    // Why no scheme opens the service. A charge of the Payment scheme opens what an L402 credential does not.
    private string? FindSchemeFault(int place)
    {
        var service = GetService(place);
        return offersPayment == true && faults.FindSchemeFault(place) is { } unknown ? unknown
            : offersPayment != true || !AuthSchemes.Accepts(service.Scheme, AuthSchemes.Payment) ? faults.FindCredentialFault(place, service)
            : null;
    }

    private RouteResolution Describe(RouteResolution resolution, RoutedRequest request, RoutedService service, int place)
    {
        var isSold = resolution.Outcome == RouteOutcome.Sold;
        var schemes = resolution.Outcome is RouteOutcome.Sold or RouteOutcome.NotSold ? GetSchemes(service, place) : (Accepted: [], AreAll: true);
        return resolution with
        {
            Service = service.Service.Name,
            Place = place + 1,
            Reason = GetReason(resolution.Outcome, place, request.Path),
            PriceSats = isSold ? service.PriceSats : resolution.Outcome == RouteOutcome.Free ? 0 : null,
            Schemes = schemes.Accepted,
            NotKnown = GetNotKnown(resolution.Outcome, place, schemes.AreAll),
            FreeRequests = GetFreeRequests(resolution.Outcome, place),
            Limits = resolution.Outcome == RouteOutcome.Closed ? [] : service.GetLimits(request.Path),
            LifetimeSeconds = isSold ? service.LifetimeSeconds : null,
            UpstreamAddress = resolution.Outcome == RouteOutcome.Closed ? null : service.Service.Address,
            UpstreamProtocol = resolution.Outcome == RouteOutcome.Closed ? null : service.Service.Protocol,
            UpstreamPath = resolution.Outcome == RouteOutcome.Closed || partlyListed.Contains(place) ? null : service.GetUpstreamPath(request.EscapedPath) + request.Query,
        };
    }

    private string GetReason(RouteOutcome outcome, int place, string path)
    {
        var service = GetService(place);
        var isOff = service.Auth.Kind == AuthKind.Off;
        return outcome switch
        {
            RouteOutcome.Closed => "The service is closed: 502.",
            RouteOutcome.Free when isOff => faults.HasUnknownAuth(place) ? "Free: Aperture does not know the word of auth and takes it for \"off\"." : "Free: auth is off.",
            RouteOutcome.Free => "Free: authwhitelistpaths \"" + OnOneLine(service.FindFreePath(path)!) + "\" matches.",
            RouteOutcome.NotSold => "401: authskipinvoicecreationpaths \"" + OnOneLine(service.FindPathWithoutInvoice(path)!) + "\" matches, and no invoice is made.",
            RouteOutcome.Fails when isOff || service.FindFreePath(path) is not null => "Free, and every request fails. " + FindFault(place, path, isFree: true) + ".",
            RouteOutcome.Fails when faults.FindChallengeFault(place, offersPayment == true) is { } fault => (service.FreeRequests > 0 ? FormattableString.Invariant($"Nothing is sold after {CountFree(service)}. ") : "Nothing is sold: the request fails. ") + fault + ".",
            RouteOutcome.Fails => GetSale(service) + ", and paid requests fail. " + FindFault(place, path, isFree: false) + ".",
            _ when offersPayment == true && faults.FindCredentialFault(place, service) is { } refused => GetSale(service) + " by the Payment scheme. An L402 credential opens nothing. " + refused + ".",
            _ => GetSale(service) + (partlyListed.Contains(place) ? ". The gateway does not list free paths and price servers, with which it may be free or have another price." : "."),
        };
    }

    private string[] GetNotKnown(RouteOutcome outcome, int place, bool areAllSchemes)
    {
        var members = new List<string>();
        if (!areAllSchemes)
        {
            members.Add(nameof(RouteResolution.Schemes));
        }

        if (partlyListed.Contains(place) && outcome != RouteOutcome.Closed)
        {
            members.Add(nameof(RouteResolution.Limits));
            if (outcome == RouteOutcome.Sold)
            {
                members.Add(nameof(RouteResolution.LifetimeSeconds));
            }

            members.Add(nameof(RouteResolution.UpstreamPath));
        }

        return members.ToArray();
    }

    private static string GetSale(RoutedService service) =>
        (service.IsDynamic ? "Sold at the price that the dynamic price server sets" : string.Format(CultureInfo.InvariantCulture, "Sold at {0} sat", service.PriceSats))
        + (service.FreeRequests > 0 ? " after " + CountFree(service) : string.Empty)
        + (service.IsDynamic && service.Auth.Kind == AuthKind.Freebie
            ? service.Service.PriceSats == 0 ? "; with freebie v0.5.0 makes an invoice without an amount, which 1 sat pays" : FormattableString.Invariant($"; with freebie v0.5.0 asks {service.Service.PriceSats} sat")
            : string.Empty);

    private static string CountFree(RoutedService service) => FreebieCount.Describe(service.FreeRequests) + " of each network";

    // Without enablempp the scheme has no effect; with it, an unknown word accepts nothing
    // (docs/reference/aperture.md#payment-challenges). The admin API lists a service without a scheme as l402.
    private (string[] Accepted, bool AreAll) GetSchemes(RoutedService service, int place)
    {
        var isPartlyListed = partlyListed.Contains(place);
        if (offersPayment == false)
        {
            return ([L402], true);
        }

        var acceptsL402 = AuthSchemes.Accepts(service.Scheme, AuthSchemes.L402) && faults.FindCredentialFault(place, service) is null;
        var acceptsPayment = AuthSchemes.Accepts(service.Scheme, AuthSchemes.Payment);
        if (offersPayment is null)
        {
            return (acceptsL402 ? [L402] : [], acceptsL402 && !acceptsPayment);
        }

        return isPartlyListed && string.IsNullOrEmpty(service.Scheme)
            ? ([L402], false)
            : ([.. acceptsL402 ? [L402] : Array.Empty<string>(), .. acceptsPayment ? [Payment] : Array.Empty<string>()], true);
    }

    // Nearest misses first: the same host and another path, then the same path at another host.
    private List<PassedService> GetPassed(RoutedRequest request, int earlier)
    {
        var byPath = new List<PassedService>();
        var byHost = new List<PassedService>();
        var byBoth = new List<PassedService>();
        for (var place = 0; place < earlier && byPath.Count < MaxPassed; place++)
        {
            var host = Matcher.MatchesHost(place, request.Host);
            if (host == true)
            {
                byPath.Add(new PassedService(Services[place].Name, place + 1, "pathregexp " + OnOneLine(Services[place].PathRegexp) + " does not match " + request.Path));
            }
            else if (byHost.Count < MaxPassed && Matcher.MatchesPath(place, request.Path) == true)
            {
                byHost.Add(new PassedService(Services[place].Name, place + 1, "hostregexp " + OnOneLine(Services[place].HostRegexp) + " does not match " + request.Host));
            }
            else if (byBoth.Count < MaxPassed)
            {
                byBoth.Add(new PassedService(Services[place].Name, place + 1, "hostregexp " + OnOneLine(Services[place].HostRegexp) + " does not match " + request.Host + ", nor does its path"));
            }
        }

        return byPath.Concat(byHost).Concat(byBoth).Take(MaxPassed).ToList();
    }
}
