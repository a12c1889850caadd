using System;
using System.Collections.Generic;
using System.Linq;

namespace LightningOps.HelpCompiler;

/// <summary>The binding of a parameter: the block of <c>Key: value</c> lines that platyPS keeps under each parameter.</summary>
public sealed record ParameterUse
{
    /// <summary>platyPS's value for a parameter of every set.</summary>
    public const string AllSets = "(All)";

    /// <summary>Type as PowerShell writes it, without the namespace.</summary>
    public required string Type { get; init; }

    /// <summary>Parameter sets; <see cref="AllSets"/> for all.</summary>
    public required IReadOnlyList<string> Sets { get; init; }

    /// <summary>Other names.</summary>
    public required IReadOnlyList<string> Aliases { get; init; }

    /// <summary>Accepted values; empty when any is accepted.</summary>
    public required IReadOnlyList<string> AcceptedValues { get; init; }

    /// <summary>Whether it is mandatory.</summary>
    public required bool Required { get; init; }

    /// <summary>A number or <c>Named</c>.</summary>
    public required string Position { get; init; }

    /// <summary>Its default; <c>None</c> for none.</summary>
    public required string DefaultValue { get; init; }

    /// <summary><c>False</c>, or <c>True</c> with the kind in brackets.</summary>
    public required string PipelineInput { get; init; }

    /// <summary>Whether wildcards are expanded.</summary>
    public required bool Wildcards { get; init; }

    /// <summary>Whether it is a switch.</summary>
    public bool IsSwitch => Type == "SwitchParameter";

    /// <summary>Whether it has no position.</summary>
    public bool IsNamed => Position == "Named";

    /// <summary>Whether it belongs to a parameter set.</summary>
    public bool IsIn(string set) => Sets.Contains(AllSets) || Sets.Contains(set);

    /// <summary>Reads the block.</summary>
    /// <exception cref="HelpPageException">A line is missing or malformed.</exception>
    public static ParameterUse Parse(string file, int line, IEnumerable<string> lines)
    {
        var values = lines
            .Where(static text => text.Trim().Length > 0)
            .Select(text => text.Split(':', 2) is [var key, var value] ? (key.Trim(), value.Trim()) : throw new HelpPageException(file, line, "not \"Key: value\": " + text))
            .ToDictionary(static pair => pair.Item1, static pair => pair.Item2, StringComparer.Ordinal);
        string Value(string key) => values.TryGetValue(key, out var value) ? value : throw new HelpPageException(file, line, key + " is missing");
        IReadOnlyList<string> List(string value) => value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

        return new ParameterUse
        {
            Type = Value("Type"),
            Sets = List(Value("Parameter Sets")),
            Aliases = List(Value("Aliases")),
            AcceptedValues = values.TryGetValue("Accepted values", out var accepted) ? List(accepted) : [],
            Required = bool.Parse(Value("Required")),
            Position = Value("Position"),
            DefaultValue = Value("Default value"),
            PipelineInput = Value("Accept pipeline input"),
            Wildcards = bool.Parse(Value("Accept wildcard characters")),
        };
    }
}
