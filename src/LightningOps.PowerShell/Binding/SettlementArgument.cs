using LightningOps.Settlements;

namespace LightningOps.PowerShell.Binding;

/// <summary>
/// One input of a settlement parameter: its JSON, or the reason why it is invalid. It always binds, so that an invalid
/// event is reported with its position and the others are imported.
/// </summary>
public sealed class SettlementArgument
{
    private readonly string? json;
    private readonly string? refusal;

    /// <summary>Creates the argument of an event.</summary>
    /// <param name="json">The event as one JSON object.</param>
    public SettlementArgument(string json) => this.json = json;

    private SettlementArgument(string? json, string refusal)
    {
        this.json = json;
        this.refusal = refusal;
    }

    internal static SettlementArgument Refused(string reason) => new(null, reason);

    /// <summary>The event; null for a blank text.</summary>
    internal SettlementInput? Read(long place) =>
        json is not null
            ? json.Trim().Length == 0 ? null : SettlementInput.Parse(json, place)
            : SettlementInput.From(new RejectedEvent
            {
                Line = place,
                Code = "ControlPlaneDecodeError",
                Reason = refusal!,
                Remedy = "Pass JSON text, or objects with the members of an invoice update or a settlement.",
            });
}
