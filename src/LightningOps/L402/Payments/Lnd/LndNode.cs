using System.Linq;
using System.Text.Json;

namespace LightningOps.L402.Payments.Lnd;

/// <summary>What <c>GET /v1/getinfo</c> says of the node.</summary>
/// <param name="Network">Its network; null where it is none that invoices name.</param>
/// <param name="Identity">Its public key, 66 hex digits; null where the macaroon may not read it.</param>
/// <param name="Refusal">Why LND did not say.</param>
internal sealed record LndNode(Bolt11Network? Network, string? Identity, LndRefusal? Refusal)
{
    private const int IdentityLength = 66;

    /// <summary>LND did not say.</summary>
    public static LndNode Refused(LndRefusal refusal) => new(null, null, refusal);

    /// <summary>Reads the answer.</summary>
    public static LndNode Read(JsonElement answer)
    {
        var identity = answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("identity_pubkey", out var key) && key.ValueKind == JsonValueKind.String ? key.GetString()! : string.Empty;
        if (identity.Length != IdentityLength || HexText.Decode(identity) is null)
        {
            return Refused(new LndRefusal(LndErrorCodes.NotLnd, "the answer to /v1/getinfo is not an LND's", IsOfLnd: false));
        }

        var network = answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("chains", out var chains) && chains.ValueKind == JsonValueKind.Array
            && chains.EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } chain
            && chain.TryGetProperty("network", out var name) && name.ValueKind == JsonValueKind.String
                ? name.GetString()
                : null;
        return new LndNode(NetworkOf(network), identity.ToLowerInvariant(), null);
    }

    // testnet4 has the prefix of testnet.
    private static Bolt11Network? NetworkOf(string? name) => name switch
    {
        "mainnet" => Bolt11Network.Mainnet,
        "testnet" or "testnet4" => Bolt11Network.Testnet,
        "signet" => Bolt11Network.Signet,
        "regtest" => Bolt11Network.Regtest,
        "simnet" => Bolt11Network.Simnet,
        _ => null,
    };
}
