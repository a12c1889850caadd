using System.Collections.Generic;
using System.IO;
using System.Linq;
using YamlDotNet.RepresentationModel;

namespace LightningOps.Tests.Compile.Aperture;

/// <summary>An artifact read back by a YAML parser that had no part in writing it.</summary>
internal static class ApertureArtifact
{
    public static IReadOnlyList<YamlMappingNode> Services(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return ((YamlSequenceNode)stream.Documents[0].RootNode["services"]).Children.Cast<YamlMappingNode>().ToList();
    }

    public static string Text(this YamlNode node, params string[] path)
    {
        foreach (var step in path)
        {
            node = node[step];
        }

        return ((YamlScalarNode)node).Value!;
    }

    public static IEnumerable<string> Members(this YamlMappingNode node) => node.Children.Keys.Select(key => ((YamlScalarNode)key).Value!);
}
