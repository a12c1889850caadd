using System;
using System.Globalization;
using System.Threading;
using YamlDotNet.Core.Events;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>
/// Reads a file from its start to its end and applies the rules. Services are checked one by one and let go, so
/// that memory does not grow with their settings. Of several documents Aperture takes the first that is not null.
/// </summary>
internal sealed class ConfigDocument
{
    private readonly ConfigEvents _events;
    private readonly ConfigFindings _findings;
    private readonly ConfigTree _tree;
    private readonly SectionBinder _binder;
    private readonly ServiceRules _rules;
    private readonly ServiceOrderRules _order;
    private readonly ServiceSurroundings _surroundings;
    private int _services;
    private bool _hasOnlyServices;

    public ConfigDocument(string yaml, ConfigFindings findings)
    {
        var limit = new ExpansionLimit();
        _findings = findings;
        _events = new ConfigEvents(yaml);
        _tree = new ConfigTree(_events, findings, limit);
        _binder = new SectionBinder(findings, limit);
        _rules = new ServiceRules(findings, new ExpressionRules(findings));
        _order = new ServiceOrderRules(findings);
        _surroundings = new ServiceSurroundings(findings);
    }

    public void Check(CancellationToken cancellationToken)
    {
        _events.Take();
        var isFound = false;
        while (_events.Current is DocumentStart start)
        {
            if (isFound)
            {
                _findings.Warn("several_documents", "Aperture reads the first document of the file and ignores what follows \"---\": merge it into the first", TextPosition.Of(start.Start));
                SkipToEnd(cancellationToken);
                return;
            }

            _events.Take();
            isFound = CheckRoot(cancellationToken);
            _events.Take();
        }

        if (!isFound)
        {
            _findings.Warn("file_empty", "the file sets nothing", TextPosition.Start);
            CheckSettings(new Section(string.Empty, TextPosition.Start));
        }
    }

    /// <summary>Checks a document; false when it is null.</summary>
    private bool CheckRoot(CancellationToken cancellationToken)
    {
        var position = TextPosition.Of(_events.Current.Start);
        if (_events.Current is not MappingStart { Tag.IsEmpty: true })
        {
            var node = _tree.ReadNode();
            if (ValueReader.IsNull(node))
            {
                return false;
            }

            _findings.Error("not_a_mapping", "an aperture.yaml is a mapping of settings, each as \"key: value\" on a line of its own", position);
            return true;
        }

        var root = ReadRoot(cancellationToken);
        _hasOnlyServices = root.Entries.Count > 0 && root.Entries.TrueForAll(entry => entry.Key is ScalarNode { Text: "services" });
        CheckSettings(_binder.Bind(root, ApertureSchema.Root, string.Empty, position)!);
        return true;
    }

    private MappingNode ReadRoot(CancellationToken cancellationToken)
    {
        var root = new MappingNode(TextPosition.Of(_events.Take().Start), null);
        var keys = new KeySet();
        while (_events.Current is not MappingEnd)
        {
            var key = _tree.ReadNode();
            keys.Add(key, _findings);
            var isServices = key is ScalarNode { Text: "services" };
            root.Entries.Add(new ConfigEntry(key, isServices && _events.Current is SequenceStart { Anchor.IsEmpty: true } ? StreamServices(cancellationToken) : _tree.ReadNode()));
        }

        _events.Take();
        return root;
    }

    private StreamedNode StreamServices(CancellationToken cancellationToken)
    {
        var streamed = new StreamedNode(TextPosition.Of(_events.Take().Start));
        while (_events.Current is not SequenceEnd)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var item = _tree.ReadNode();
            var path = "services[" + _services.ToString(CultureInfo.InvariantCulture) + "]";
            CheckService(_binder.BindItem(item, ApertureSchema.Service, path), item.Position, path);
        }

        _events.Take();
        return streamed;
    }

    private void CheckService(Section? service, TextPosition position, string path)
    {
        _services++;
        if (service is null)
        {
            _findings.Error("service_empty", "an empty item crashes Aperture: remove it or describe a service", position, path);
            return;
        }

        if (service.IsUnreadable)
        {
            return;
        }

        _rules.Check(service);
        _order.Check(service);
        _surroundings.Note(service);
    }

    private void CheckSettings(Section root)
    {
        foreach (var service in root.Sections("services"))
        {
            CheckService(service, service?.Position ?? root.At("services"), "services[" + _services.ToString(CultureInfo.InvariantCulture) + "]");
        }

        if (_hasOnlyServices)
        {
            // A compiled artifact: what the server itself needs stands in the file it is put into, or on the command line.
            _findings.Info("only_services", "the file holds only services: what Aperture itself needs to start is not checked; put them into an aperture.yaml with Export-ApertureConfig -BaseConfig", root.At("services"), "services");
        }
        else
        {
            new ServerRules(_findings).Check(root);
            new BackendRules(_findings).Check(root);
        }

        _surroundings.Check(root, _services);
    }

    private void SkipToEnd(CancellationToken cancellationToken)
    {
        while (_events.Take() is not StreamEnd)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
