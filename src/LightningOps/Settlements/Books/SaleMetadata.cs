using System.Text.Json;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Json;

namespace LightningOps.Settlements.Books;

/// <summary>Metadata of a settlement that came from a gateway's transaction.</summary>
internal readonly record struct SaleMetadata(string? Gateway, long? TransactionId, string? TokenId, string? Path, string? Scheme, string? Delivery, string? Service, bool IsOwnCheck)
{
    /// <summary>Name of the sold service: as recorded, or made of the ids; null if no route is recorded.</summary>
    public static string? FindService(StoredSettlement recorded) =>
        recorded.RouteId is not { } route ? null : Read(recorded.Settlement.Metadata).Service ?? ServiceName.For(recorded.Settlement.PaywallId, route);

    /// <summary>Reads it; empty for other metadata.</summary>
    public static SaleMetadata Read(JsonText? metadata)
    {
        if (metadata is null || metadata.Value.IndexOf("\"transactionId\"", System.StringComparison.Ordinal) < 0)
        {
            return default;
        }

        using var document = JsonDocument.Parse(metadata.Value);
        var root = document.RootElement;
        return root.ValueKind != JsonValueKind.Object ? default : new SaleMetadata(
            root.FindText("gateway"),
            root.TryGetProperty("transactionId", out var id) && id.ValueKind == JsonValueKind.Number && id.TryGetInt64(out var number) ? number : null,
            root.FindText("tokenId"),
            root.FindText("path"),
            root.FindText("scheme"),
            root.FindText("delivery"),
            root.FindText("service"),
            root.TryGetProperty("ownCheck", out var check) && check.ValueKind == JsonValueKind.True);
    }
}
