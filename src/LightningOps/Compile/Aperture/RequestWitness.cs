using System.Collections;
using LightningOps.Compile.Languages;

namespace LightningOps.Compile.Aperture;

/// <summary>A request that shows what a diagnostic says.</summary>
/// <param name="Host">A Host header.</param>
/// <param name="Path">A URL path, decoded.</param>
internal readonly record struct RequestWitness(string Host, string Path)
{
    /// <summary>The host, and the path as it is sent.</summary>
    public IDictionary Details => DiagnosticDetails.Of("host", Host, "path", PercentText.Encode(Path));

    /// <summary>A request both rules match, or null when none could be found.</summary>
    public static RequestWitness? OfBoth(ApertureRule one, ApertureRule other, AnalysisBudget budget) =>
        one.Host.Language.FindCommon(other.Host.Language, budget) is { } host
        && one.Path.Language.FindCommon(other.Path.Language, budget) is { } path
            ? new RequestWitness(host, path)
            : null;
}
