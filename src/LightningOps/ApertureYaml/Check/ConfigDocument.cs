using System.Globalization;
using System.Threading;
using LightningOps.ApertureYaml.Edit;
using LightningOps.ApertureYaml.GoYaml;

namespace LightningOps.ApertureYaml.Check;

/// <summary>Reads a file and applies the rules. Of several documents Aperture takes the first that is not null.</summary>
internal sealed class ConfigDocument
{
    private readonly string yaml;
    private readonly ConfigFindings findings;
    private readonly ServiceRules rules;
    private readonly ServiceOrderRules order;
    private readonly ServiceSurroundings surroundings;
    private readonly SaleRules sales;
    private readonly DotSegmentRules dotSegments;
    private int services;

    public ConfigDocument(string yaml, ConfigFindings findings)
    {
        this.yaml = yaml;
        this.findings = findings;
        rules = new ServiceRules(findings, new ExpressionRules(findings));
        order = new ServiceOrderRules(findings);
        surroundings = new ServiceSurroundings(findings);
        sales = new SaleRules(findings);
        dotSegments = new DotSegmentRules(findings);
    }

    public void Check(CancellationToken cancellationToken)
    {
        var limit = new ExpansionLimit();
        var content = YamlContent.Read(yaml, findings, limit);
        if (content.Ignored is { } ignored)
        {
            var message = content.Body is null
                ? "Aperture reads nothing of a file with two \"---\" in a row and no setting before them: remove the first"
                : "Aperture reads only the first document of the file and ignores everything after its end (\"---\" or \"...\"): merge it into the first";
            findings.Warn("several_documents", message, ignored);
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (content.Body is not { } body)
        {
            findings.Warn("file_empty", "the file sets nothing", TextPosition.Start);
            CheckSettings(new Section(string.Empty, TextPosition.Start), cancellationToken);
        }
        else if (content.Values.GetMapping(body, isMerge: false) is null)
        {
            findings.Error("not_a_mapping", "an aperture.yaml is a mapping of settings, each as \"key: value\" on a line of its own", body.Position);
        }
        else
        {
            CheckSettings(new SectionBinder(findings, content.Values, limit).BindRoot(body)!, cancellationToken);
        }
    }

    private void CheckService(Section? service, TextPosition position, string path)
    {
        services++;
        if (service is null)
        {
            findings.Error("service_empty", "an empty item crashes Aperture: remove it or define a service", position, path);
            return;
        }

        if (service.IsUnreadable)
        {
            return;
        }

        rules.Check(service);
        var isReached = order.Check(service);
        surroundings.Add(service);
        sales.Add(service, isReached);
        dotSegments.Add(service);
    }

    private void CheckSettings(Section root, CancellationToken cancellationToken)
    {
        foreach (var service in root.Sections("services"))
        {
            cancellationToken.ThrowIfCancellationRequested();
            CheckService(service, service?.Position ?? root.At("services"), "services[" + services.ToString(CultureInfo.InvariantCulture) + "]");
        }

        if (root.HasOnly("services"))
        {
            // A compiled artifact. The settings of the server are in the file that receives it, or on the command line.
            findings.Info("only_services", "the file contains only services: the settings that Aperture needs to start are not checked; merge them into an aperture.yaml with Export-ApertureConfig -BaseConfig", root.At("services"), "services");
        }
        else
        {
            new ServerRules(findings).Check(root);
            new BackendRules(findings).Check(root);
            new MachineRules(findings).Check(root);
            sales.Check(root);
        }

        order.Report();
        dotSegments.Report();
        surroundings.Check(root, services);
    }
}
