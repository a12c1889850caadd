using YamlDotNet.Core.Events;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>A 64-bit FNV-1a hash of what events mean: two texts with the same settings have the same one.</summary>
internal sealed class EventFingerprint
{
    private const ulong Prime = 1_099_511_628_211;

    public ulong Value { get; private set; } = 14_695_981_039_346_656_037;

    /// <summary>Adds an event; its place and its style do not count.</summary>
    public void Add(ParsingEvent added)
    {
        Add((char)(added is Scalar ? 's' : added is AnchorAlias ? 'a' : added is MappingStart ? '{' : added is SequenceStart ? '[' : 'e'));
        if (added is AnchorAlias alias)
        {
            Add(alias.Value.Value);
        }

        if (added is NodeEvent node)
        {
            Add(node.Anchor.IsEmpty ? string.Empty : node.Anchor.Value);
            Add(node.Tag.IsEmpty ? string.Empty : node.Tag.IsNonSpecific ? "!" : node.Tag.Value);
        }

        if (added is Scalar scalar)
        {
            Add(scalar.IsPlainImplicit ? 'p' : 'q');
            Add(scalar.Value);
        }
    }

    private void Add(string text)
    {
        foreach (var character in text)
        {
            Add(character);
        }

        Add('\uffff');
    }

    private void Add(char character) => Value = unchecked((Value ^ character) * Prime);
}
