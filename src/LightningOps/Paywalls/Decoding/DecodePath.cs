using System;
using System.Globalization;
using System.Text;

namespace LightningOps.Paywalls.Decoding;

/// <summary>Position of a decoder in a document, so that a failure can name the member: <c>paywalls[3].routes[0].protocol</c>.</summary>
internal sealed class DecodePath
{
    private readonly string source;
    private Step[] steps = new Step[8];
    private int depth;

    public DecodePath(string source) => this.source = source;

    /// <summary>One level down: into an object or an array.</summary>
    public void Push()
    {
        if (depth == steps.Length)
        {
            Array.Resize(ref steps, steps.Length * 2);
        }

        steps[depth++] = default;
    }

    /// <summary>One level up.</summary>
    public void Pop() => depth--;

    /// <summary>Sets the member at this level; null for a member of no interest.</summary>
    public void AtMember(string? name) => steps[depth - 1] = new Step(name, 0);

    /// <summary>Sets the element at this level.</summary>
    public void AtElement(int index) => steps[depth - 1] = new Step(null, index + 1);

    /// <summary>The failure of the current member.</summary>
    public ControlPlaneDecodeException Failure(string reason, Exception? inner = null)
    {
        var path = ToString();
        return new ControlPlaneDecodeException(source, path.Length == 0 ? "the document" : path, reason, inner);
    }

    /// <summary>The failure of a document that is not JSON, with line and byte, both from 1.</summary>
    public ControlPlaneDecodeException Malformed(long line, long byteInLine, Exception inner, string reason = "is not valid JSON") =>
        new(source, string.Format(CultureInfo.InvariantCulture, "line {0}, byte {1}", line, byteInLine), reason, inner);

    /// <summary>The path of the member.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        for (var level = 0; level < depth; level++)
        {
            var step = steps[level];
            if (step.IndexFromOne > 0)
            {
                text.Append('[').Append((step.IndexFromOne - 1).ToString(CultureInfo.InvariantCulture)).Append(']');
            }
            else if (step.Name is not null)
            {
                text.Append(text.Length > 0 ? "." : string.Empty).Append(step.Name);
            }
        }

        return text.ToString();
    }

    private readonly record struct Step(string? Name, int IndexFromOne);
}
