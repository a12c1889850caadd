using System.Collections.Generic;
using System.Globalization;
using LightningOps.ApertureYaml.Check;

namespace LightningOps.ApertureYaml;

/// <summary>Reads the services of an aperture.yaml; members without a place of their own become extras.</summary>
internal static class ServiceReader
{
    // No setting of Aperture nests deeper than six levels; an alias may contain itself.
    private const int MaxDepth = 8;

    public static IReadOnlyList<GatewayService> Read(MappingNode? settings)
    {
        var services = new List<GatewayService>();
        if (Find(settings, "services") is SequenceNode list)
        {
            var limit = new ExpansionLimit();
            foreach (var item in list.Items)
            {
                if (item.Target is MappingNode service)
                {
                    services.Add(ReadService(service, limit));
                }
            }
        }

        return services;
    }

    /// <summary>The text of a top-level setting, or null.</summary>
    public static string? Scalar(MappingNode? settings, string name) => (Find(settings, name) as ScalarNode)?.Text;

    /// <summary>The text of a setting of a section, or null.</summary>
    public static string? Scalar(MappingNode? settings, string section, string name) => Scalar(Find(settings, section) as MappingNode, name);

    private static ConfigNode? Find(MappingNode? settings, string name)
    {
        if (settings is not null)
        {
            foreach (var entry in settings.Entries)
            {
                if (entry.Key.Target is ScalarNode key && key.Text == name)
                {
                    return entry.Value.Target;
                }
            }
        }

        return null;
    }

    private static GatewayService ReadService(MappingNode node, ExpansionLimit limit)
    {
        var service = new GatewayService { Name = string.Empty, Auth = GatewayService.AuthOn };
        var extras = new List<string>();
        limit.CountVisits(node.Entries.Count, node.Position);
        foreach (var entry in node.Entries)
        {
            var name = (entry.Key.Target as ScalarNode)?.Text ?? string.Empty;
            if (entry.Value.Target is ScalarNode value && With(service, name, value.Text) is { } known)
            {
                service = known;
            }
            else
            {
                Flatten(name, entry.Value, extras, limit, 0);
            }
        }

        return service with { Extras = extras };
    }

    /// <summary>The service with a member that has a place of its own, or null.</summary>
    private static GatewayService? With(GatewayService service, string member, string text) => member switch
    {
        "name" => service with { Name = text },
        "hostregexp" => service with { HostRegexp = text },
        "pathregexp" => service with { PathRegexp = text },
        "address" => service with { Address = text },
        "protocol" => service with { Protocol = text },
        "auth" => service with { Auth = GatewayService.NormalizeAuth(text) },
        "price" when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var price) => service with { PriceSats = price },
        _ => null,
    };

    private static void Flatten(string name, ConfigNode node, List<string> extras, ExpansionLimit limit, int depth)
    {
        switch (node.Target)
        {
            case ScalarNode scalar:
                extras.Add(name + "=" + scalar.Text);
                break;
            case SequenceNode sequence when depth < MaxDepth:
                limit.CountVisits(sequence.Items.Count, node.Position);
                for (var i = 0; i < sequence.Items.Count; i++)
                {
                    Flatten(name + "[" + i.ToString(CultureInfo.InvariantCulture) + "]", sequence.Items[i], extras, limit, depth + 1);
                }

                break;
            case MappingNode mapping when depth < MaxDepth:
                limit.CountVisits(mapping.Entries.Count, node.Position);
                foreach (var entry in mapping.Entries)
                {
                    Flatten(name + "." + ((entry.Key.Target as ScalarNode)?.Text ?? string.Empty), entry.Value, extras, limit, depth + 1);
                }

                break;
            default:
                extras.Add(name + "=…");
                break;
        }
    }
}
