using System;

namespace LightningOps.Compile.Languages;

/// <summary>A host with an optional port: <c>host(:[0-9]+)?</c>.</summary>
internal sealed class HostLanguage(string host) : RegularLanguage
{
    private IAutomaton? _automaton;

    /// <inheritdoc/>
    public override string? UnanalyzableReason => null;

    /// <inheritdoc/>
    public override string LiteralPrefix => host;

    /// <inheritdoc/>
    public override string LiteralSuffix => string.Empty;

    /// <inheritdoc/>
    internal override IAutomaton Automaton => _automaton ??= new HostAutomaton(host);

    /// <summary>The length of <paramref name="text"/> without the port it ends with, if it does.</summary>
    public static int LengthWithoutPort(string text)
    {
        var start = text.Length;
        while (start > 0 && text[start - 1] is >= '0' and <= '9')
        {
            start--;
        }

        return start < text.Length && start > 0 && text[start - 1] == ':' ? start - 1 : text.Length;
    }

    /// <inheritdoc/>
    public override bool TryGetHost(out string text)
    {
        text = host;
        return true;
    }

    /// <inheritdoc/>
    public override bool Matches(string text) =>
        text.StartsWith(host, StringComparison.Ordinal) &&
        (text.Length == host.Length || (text[host.Length] == ':' && LengthWithoutPort(text) == host.Length));

    /// <inheritdoc/>
    public override void ReleaseAutomaton() => _automaton = null;

    /// <inheritdoc/>
    public override string ToString() => "host " + host;

    /// <inheritdoc/>
    internal override bool IsWrittenAs(RegularLanguage other) =>
        other.TryGetHost(out var text) && string.Equals(host, text, StringComparison.Ordinal);
}
