using System;
using System.Globalization;
using System.Threading;
using LightningOps.ApertureYaml.Edit;
using YamlDotNet.Core.Events;

namespace LightningOps.ApertureYaml.Check;

/// <summary>
/// Reads a file from start to end and applies the rules. Services are checked one by one and not kept, so that memory
/// does not grow with their settings. Aperture reads the first document that is not null.
/// </summary>
internal sealed class ConfigDocument
{
    private readonly ConfigEvents events;
    private readonly ConfigFindings findings;
    private readonly ConfigTree tree;
    private readonly SectionBinder binder;
    private readonly ServiceRules rules;
    private readonly ServiceOrderRules order;
    private readonly ServiceSurroundings surroundings;
    private readonly SaleRules sales;
    private readonly DotSegmentRules dotSegments;
    private int services;
    private bool hasOnlyServices;

    public ConfigDocument(string yaml, ConfigFindings findings)
    {
        var limit = new ExpansionLimit();
        this.findings = findings;
        events = new ConfigEvents(yaml);
        tree = new ConfigTree(events, findings, limit);
        binder = new SectionBinder(findings, limit);
        rules = new ServiceRules(findings, new ExpressionRules(findings));
        order = new ServiceOrderRules(findings);
        surroundings = new ServiceSurroundings(findings);
        sales = new SaleRules(findings);
        dotSegments = new DotSegmentRules(findings);
    }

    public void Check(CancellationToken cancellationToken)
    {
        events.Read();
        var isFound = false;
        while (events.Current is DocumentStart start)
        {
            if (isFound)
            {
                findings.Warn("several_documents", "Aperture reads only the first document of the file and ignores everything after \"---\": merge it into the first", TextPosition.From(start.Start));
                SkipToEnd(cancellationToken);
                return;
            }

            events.Read();
            isFound = CheckRoot(cancellationToken);
            events.Read();
            if (!isFound && events.Current is DocumentStart next && events.HasComment(start.Start))
            {
                findings.Warn("several_documents", "Aperture reads the first document of the file, which holds a comment only, and ignores what follows \"---\": remove the first \"---\"", TextPosition.From(next.Start));
                SkipToEnd(cancellationToken);
                break;
            }
        }

        if (!isFound)
        {
            findings.Warn("file_empty", "the file sets nothing", TextPosition.Start);
            CheckSettings(new Section(string.Empty, TextPosition.Start));
        }
    }

    /// <summary>Checks a document; false when it is null.</summary>
    private bool CheckRoot(CancellationToken cancellationToken)
    {
        var position = TextPosition.From(events.Current.Start);
        if (events.Current is not MappingStart { Tag.IsEmpty: true })
        {
            var node = tree.ReadNode();
            if (ValueReader.IsNull(node))
            {
                return false;
            }

            findings.Error("not_a_mapping", "an aperture.yaml is a mapping of settings, each as \"key: value\" on a line of its own", position);
            return true;
        }

        var root = ReadRoot(cancellationToken);
        hasOnlyServices = root.Entries.Count > 0 && root.Entries.TrueForAll(entry => entry.Key is ScalarNode { Text: "services" });
        CheckSettings(binder.Bind(root, ApertureSchema.Root, string.Empty, position)!);
        return true;
    }

    private MappingNode ReadRoot(CancellationToken cancellationToken)
    {
        var root = new MappingNode(TextPosition.From(events.Read().Start), null);
        var keys = new KeySet();
        while (events.Current is not MappingEnd)
        {
            var key = tree.ReadNode();
            keys.Add(key, findings);
            var isServices = key is ScalarNode { Text: "services" };
            root.Entries.Add(new ConfigEntry(key, isServices && events.Current is SequenceStart { Anchor.IsEmpty: true } ? StreamServices(cancellationToken) : tree.ReadNode()));
        }

        events.Read();
        return root;
    }

    private StreamedNode StreamServices(CancellationToken cancellationToken)
    {
        var streamed = new StreamedNode(TextPosition.From(events.Read().Start));
        while (events.Current is not SequenceEnd)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var item = tree.ReadNode();
            var path = "services[" + services.ToString(CultureInfo.InvariantCulture) + "]";
            CheckService(binder.BindItem(item, ApertureSchema.Service, path), item.Position, path);
        }

        events.Read();
        return streamed;
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
        order.Check(service);
        surroundings.Add(service);
        sales.Add(service);
        dotSegments.Add(service);
    }

    private void CheckSettings(Section root)
    {
        foreach (var service in root.Sections("services"))
        {
            CheckService(service, service?.Position ?? root.At("services"), "services[" + services.ToString(CultureInfo.InvariantCulture) + "]");
        }

        if (hasOnlyServices)
        {
            // A compiled artifact. The settings of the server are in the file that receives it, or on the command line.
            findings.Info("only_services", "the file contains only services: the settings that Aperture needs to start are not checked; merge them into an aperture.yaml with Export-ApertureConfig -BaseConfig", root.At("services"), "services");
        }
        else
        {
            new ServerRules(findings).Check(root);
            new BackendRules(findings).Check(root);
            sales.Check(root);
        }

        dotSegments.Report();
        surroundings.Check(root, services);
    }

    private void SkipToEnd(CancellationToken cancellationToken)
    {
        while (events.Read() is not StreamEnd)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
