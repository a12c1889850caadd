using System;
using System.Text;
using LightningOps.ControlPlane;
using LightningOps.Settlements.Sources;

namespace LightningOps.Settlements;

/// <summary>One thing a source gives: an event, or why it is none.</summary>
public readonly record struct SettlementInput
{
    private SettlementInput(long? line, SettlementEvent? told, RejectedEvent? rejection)
    {
        Line = line;
        Event = told;
        Rejection = rejection;
    }

    /// <summary>Line of the file, or place in the pipeline, from 1; null for a gateway's transaction.</summary>
    public long? Line { get; }

    /// <summary>The event, or null.</summary>
    public SettlementEvent? Event { get; }

    /// <summary>Why there is none, or null.</summary>
    public RejectedEvent? Rejection { get; }

    /// <summary>The input of an event.</summary>
    public static SettlementInput Of(SettlementEvent told, long? line = null) => new(line, told ?? throw new ArgumentNullException(nameof(told)), null);

    /// <summary>The input of what is no event.</summary>
    public static SettlementInput Of(RejectedEvent rejection) => new(rejection?.Line, null, rejection ?? throw new ArgumentNullException(nameof(rejection)));

    /// <summary>What one JSON document says; its forms are those of <see cref="JsonLinesSource"/>.</summary>
    /// <param name="json">The document.</param>
    /// <param name="line">Its place, from 1.</param>
    public static SettlementInput Parse(string json, long line) => new SettlementLineReader().Read(Encoding.UTF8.GetBytes(json), line);
}
