using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using LightningOps.ApertureYaml;
using LightningOps.ApertureYaml.Check;

namespace LightningOps.Gateway.Loopback.Configuration;

/// <summary>Reads an aperture.yaml, or a compiled artifact, into what is served; what Aperture stops at stops this as well.</summary>
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

    private readonly ConfigFindings findings = new();
    private readonly Func<string, string?> environment;

    private LoopbackConfigReader(Func<string, string?> environment) => this.environment = environment;

    /// <summary>Reads a file's text.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="environment">Gives the value of an environment variable that a header refers to, or null.</param>
    /// <exception cref="LoopbackConfigException">It cannot be served.</exception>
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
        var root = ConfigReader.Read(yaml, findings) ?? throw Refused();
        var sections = root.Sections("services");
        Check(sections);
        var services = sections.Select(section => new ServiceBinder(section!, environment).Bind()).ToArray();
        return new LoopbackConfig
        {
            Services = services,
            Blocked = Addresses(root.Texts("blocklist")),
            VerifiesInvoices = root.Flag("strictverify"),
            HasAdminApi = root.Child("admin").Flag("enabled"),
            Notices = UnsupportedSettings.Where(setting => root.Flag(setting.Key) || root.Child(setting.Key).Flag("enabled") || root.Child(setting.Key).Flag("v3")).Select(setting => setting.About).ToArray(),
        };
    }

    private void Check(IReadOnlyList<Section?> services)
    {
        var rules = new ServiceRules(findings, new ExpressionRules(findings));
        var order = new ServiceOrderRules(findings);
        for (var i = 0; i < services.Count; i++)
        {
            if (services[i] is not { } service)
            {
                findings.Error("service_empty", "an empty item crashes Aperture: remove it or define a service", TextPosition.Start, "services[" + i.ToString(CultureInfo.InvariantCulture) + "]");
            }
            else if (!service.IsUnreadable)
            {
                rules.Check(service);
                order.Check(service);
            }
        }

        if (!findings.ToReport().Valid)
        {
            throw Refused();
        }
    }

    private LoopbackConfigException Refused()
    {
        var diagnostics = findings.ToReport().Diagnostics;
        return new LoopbackConfigException(
            "the configuration cannot be served: " + diagnostics.First(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error),
            "Correct what Test-ApertureConfig reports.",
            diagnostics: diagnostics);
    }

    // What is no address Aperture skips.
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
