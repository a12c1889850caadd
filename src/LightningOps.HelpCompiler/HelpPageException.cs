using System;

namespace LightningOps.HelpCompiler;

/// <summary>An invalid page. MSBuild shows the message with file and line.</summary>
public sealed class HelpPageException : Exception
{
    /// <param name="file">The page.</param>
    /// <param name="line">Line, from 0.</param>
    /// <param name="reason">What is wrong.</param>
    public HelpPageException(string file, int line, string reason)
        : base(FormattableString.Invariant($"{file}({line + 1}): error HELP: {reason}"))
    {
    }
}
