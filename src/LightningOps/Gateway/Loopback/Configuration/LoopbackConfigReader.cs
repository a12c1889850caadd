using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using LightningOps.ApertureYaml;
using LightningOps.ApertureYaml.Check;

namespace LightningOps.Gateway.Loopback.Configuration;

/// <summary>Reads an aperture.yaml, or a compiled artifact. It fails where Aperture fails.</summary>
internal sealed class LoopbackConfigReader
{
    private static readonly (string Key, string About)[] UnsupportedSettings =
    [
        ("servestatic", "servestatic: files are not served; a request that matches no service is answered with 404"),
        ("autocert", "autocert: the gateway speaks plain http on loopback"),
        ("tor", "tor: onion services are not supported"),
        ("hashmail", "hashmail: mailboxes are not supported"),
        ("admin", "admin: the admin API is not served; its paths are answered with 404"),
        ("prometheus", "prometheus: metrics are not served"),
    ];

    private const string DisabledNode = "authenticator.disable: the simulated node still sells; Aperture closes the connection of every request to a service that is not auth: \"off\"";
    private const string Sessions = "enablesessions: sessions of the Payment scheme are not offered, only charges";

    // Listen address and invoices are this gateway's own; a file of services has neither.
    private static readonly string[] ReplacedSettings = ["listenaddr_missing", "authenticator_missing"];

    private readonly Func<string, string?> environment;

    private LoopbackConfigReader(Func<string, string?> environment) => this.environment = environment;

    /// <summary>Reads a file's text.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="environment">Returns the value of an environment variable in a header, or null.</param>
    /// <exception cref="LoopbackConfigException">The file cannot be served.</exception>
    public static LoopbackConfig Read(string yaml, Func<string, string?> environment)
    {
        try
        {
            return new LoopbackConfigReader(environment).Read(yaml);
        }
        catch (ApertureConfigFormatException unreadable)
        {
            throw new LoopbackConfigException(unreadable.Message, unreadable.Remedy);
        }
    }

    private LoopbackConfig Read(string yaml)
    {
        RequireStart(yaml);
        var root = ConfigReader.Read(yaml, new ConfigFindings()) ?? new Section(string.Empty, TextPosition.Start);
        var authenticator = root.Child("authenticator");
        var offersCharges = authenticator.Flag("enablempp");
        var sections = root.Sections("services");
        var services = sections.Select(section => new ServiceBinder(section!, environment, offersCharges).Bind()).ToArray();
        return new LoopbackConfig
        {
            Services = services,
            Blocked = Addresses(root.Texts("blocklist")),
            VerifiesInvoices = root.Flag("strictverify"),
            HasAdminApi = BackendRules.HasAdminApi(root),
            OffersCharges = offersCharges,
            Realm = authenticator.Text("mpprealm") is { Length: > 0 } realm ? realm : null,
            Network = authenticator.Text("network") is { Length: > 0 } network ? network : null,
            Notices =
            [
                .. UnsupportedSettings.Where(setting => setting.Key == "admin" ? BackendRules.HasAdminApi(root) : root.Flag(setting.Key) || root.Child(setting.Key).Flag("enabled") || root.Child(setting.Key).Flag("v3")).Select(setting => setting.About),
                .. authenticator.Flag("disable") ? [DisabledNode] : Array.Empty<string>(),
                .. authenticator.Flag("enablesessions") ? [Sessions] : Array.Empty<string>(),
                .. services.SelectMany(static service => service.Headers.Where(static header => header.Value.Any(static one => one > '\u007e')).Select(header => "headers of service " + service.Name + ": " + header.Key + " has characters beyond ASCII, which this gateway cannot send; it answers 502, and Aperture sends them")),
                .. sections.Where(static section => section!.Child("dynamicprice").Flag("enabled")).Select(static section => "dynamicprice of service " + section!.Text("name") + ": the price server is not asked; the price of the file is charged, and nothing is metered"),
            ],
        };
    }

    /// <summary>Refuses a file that no recorded version of Aperture starts with. Wrong prices are served as by Aperture.</summary>
    private static void RequireStart(string yaml)
    {
        var report = ApertureConfigCheck.Check(yaml);
        if (report.Diagnostics.FirstOrDefault(static found => found.Stops == ApertureVersions.All && !ReplacedSettings.Contains(found.Code)) is { } stop)
        {
            throw new LoopbackConfigException(
                "the configuration cannot be served: " + stop,
                "Correct what Test-ApertureConfig reports.",
                diagnostics: report.Diagnostics);
        }
    }

    // Aperture skips invalid addresses.
    private static HashSet<IPAddress> Addresses(IReadOnlyList<TextItem> texts)
    {
        var addresses = new HashSet<IPAddress>();
        foreach (var text in texts)
        {
            if (text.Text.IndexOfAny(['.', ':']) >= 0 && IPAddress.TryParse(text.Text, out var address))
            {
                addresses.Add(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
            }
        }

        return addresses;
    }
}
