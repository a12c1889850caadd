using System.Collections.Generic;
using System.Linq;

namespace LightningOps.HelpCompiler;

/// <summary>A cmdlet's page, read from the markdown of docs/en-US (platyPS schema 2.0.0).</summary>
public sealed record HelpPage
{
    /// <summary>The cmdlet.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence.</summary>
    public required string Synopsis { get; init; }

    /// <summary>Names of the parameter sets in the order of the page, each with whether it is the default one.</summary>
    public required IReadOnlyList<string> Sets { get; init; }

    /// <summary>Paragraphs.</summary>
    public required IReadOnlyList<string> Description { get; init; }

    /// <summary>Examples.</summary>
    public required IReadOnlyList<HelpExample> Examples { get; init; }

    /// <summary>Parameters, without the common ones.</summary>
    public required IReadOnlyList<HelpParameter> Parameters { get; init; }

    /// <summary>Pipeline input.</summary>
    public required IReadOnlyList<HelpValue> Inputs { get; init; }

    /// <summary>Pipeline output.</summary>
    public required IReadOnlyList<HelpValue> Outputs { get; init; }

    /// <summary>Paragraphs of the notes.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Error ids of the table in the notes.</summary>
    public required IReadOnlyList<string> ErrorIds { get; init; }

    /// <summary>Related links.</summary>
    public required IReadOnlyList<HelpLink> Links { get; init; }

    /// <summary>The parameters of a set with their binding there, by position, followed by the named ones.</summary>
    public IEnumerable<(HelpParameter Parameter, ParameterUse Use)> GetParameters(string set) => Parameters
        .SelectMany(static parameter => parameter.Uses, static (parameter, use) => (parameter, use))
        .Where(pair => pair.use.IsIn(set))
        .OrderBy(static pair => int.TryParse(pair.use.Position, out var place) ? place : int.MaxValue)
        .ThenBy(static pair => !pair.use.Required)
        .ThenBy(static pair => IsRisk(pair.parameter.Name));

    private static bool IsRisk(string name) => name is "WhatIf" or "Confirm";
}
