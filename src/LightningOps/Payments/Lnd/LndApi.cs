using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Http;
using LightningOps.Json;
using LightningOps.L402;
using LightningOps.L402.Bolt11;
using LightningOps.L402.Macaroons;
using LightningOps.Settings;

namespace LightningOps.Payments.Lnd;

/// <summary>The payment calls of LND's REST API (api.lightning.community: getinfo, SendPaymentV2, TrackPaymentV2).</summary>
internal sealed class LndApi
{
    private const int Ok = 200;
    private const int BadRequest = 400;
    private readonly WalletHttp http;
    private readonly string baseUrl;
    private readonly LndMacaroon macaroon;

    public LndApi(WalletHttp http, string baseUrl, LndMacaroon macaroon)
    {
        this.http = http;
        this.baseUrl = baseUrl;
        this.macaroon = macaroon;
    }

    /// <summary>Gets the network and identity of the node.</summary>
    /// <exception cref="WalletNoResponseException">There was no answer.</exception>
    public async Task<LndNode> ReadNodeAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        var secret = macaroon.Reveal();
        var (status, body) = await http.RequestAsync(Request(HttpMethod.Get, "/v1/getinfo", null), limit, cancellationToken).ConfigureAwait(false);
        if (status != Ok)
        {
            return LndNode.Refused(LndRefusal.From(status, body, secret));
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            return LndNode.Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return LndNode.Refused(new LndRefusal(LndErrorCodes.NotLnd, "the answer to /v1/getinfo is not from LND", IsFromLnd: false));
        }
    }

    /// <summary>Gets the answer of a path.</summary>
    /// <exception cref="WalletNoResponseException">There was no answer.</exception>
    public Task<(int StatusCode, string Body)> GetAsync(string path, TimeSpan limit, CancellationToken cancellationToken) =>
        http.RequestAsync(Request(HttpMethod.Get, path, null), limit, cancellationToken);

    /// <summary>
    /// Checks whether the macaroon may call SendPaymentV2 (CheckMacaroonPermissions). LND answers only a macaroon
    /// that may read macaroons: 400 and code 3 when it may not pay.
    /// </summary>
    /// <returns>The refusal; null if it may pay, or LND does not answer.</returns>
    public async Task<LndRefusal?> FindPayRefusalAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        var secret = macaroon.Reveal();
        var question = JsonBytes.WriteObject(json =>
        {
            json.WriteBase64String("macaroon", HexText.Decode(secret));
            json.WriteStartArray("permissions");
            json.WriteStartObject();
            json.WriteString("entity", "offchain");
            json.WriteString("action", "write");
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteString("fullMethod", "/routerrpc.Router/SendPaymentV2");
        });

        try
        {
            var (status, body) = await http.RequestAsync(Request(HttpMethod.Post, "/v1/macaroon/checkpermissions", question), limit, cancellationToken).ConfigureAwait(false);
            return status == BadRequest && LndRefusal.From(status, body, secret) is { IsFromLnd: true } refusal && refusal.Reason.IndexOf("permission denied", StringComparison.OrdinalIgnoreCase) >= 0
                ? new LndRefusal(LndErrorCodes.MacaroonLacksPermission, "the macaroon may not call SendPaymentV2", IsFromLnd: true)
                : null;
        }
        catch (WalletNoResponseException)
        {
            return null;
        }
    }

    /// <summary>Pays, and waits for the outcome.</summary>
    /// <exception cref="WalletNoResponseException">No complete answer arrived.</exception>
    public Task<LndPayment> SendAsync(byte[] json, TimeSpan limit, Func<Task>? whenSeen, CancellationToken cancellationToken) =>
        StreamAsync(Request(HttpMethod.Post, "/v2/router/send", json), limit, whenSeen, cancellationToken);

    /// <summary>State of a payment; waits for its outcome up to the limit.</summary>
    /// <exception cref="WalletNoResponseException">Not even its current state arrived.</exception>
    public Task<LndPayment> TrackAsync(PaymentHash hash, TimeSpan limit, Func<Task>? whenSeen, CancellationToken cancellationToken)
    {
        // LND requires the URL-safe alphabet in a path (lightningnetwork/lnd#5090).
        var name = Convert.ToBase64String(hash.ToBytes()).Replace('+', '-').Replace('/', '_');
        return StreamAsync(Request(HttpMethod.Get, "/v2/router/track/" + name, null), limit, whenSeen, cancellationToken);
    }

    private async Task<LndPayment> StreamAsync(GatewayRequest request, TimeSpan limit, Func<Task>? whenSeen, CancellationToken cancellationToken)
    {
        var secret = macaroon.Reveal();
        LndPayment? last = null;
        try
        {
            return await http.RequestAsync(
                request,
                limit,
                async (status, lines) =>
                {
                    if (status != Ok)
                    {
                        return LndPayment.Refused(LndRefusal.From(status, await lines.ReadAllAsync().ConfigureAwait(false), secret));
                    }

                    while (last is not { IsComplete: true } && await lines.ReadLineAsync().ConfigureAwait(false) is { } line)
                    {
                        last = line.Trim().Length == 0 ? last : Read(line, status, secret) ?? last;
                        if (whenSeen is not null && last is { Result: { IsSeen: true, State: PaymentState.Pending } })
                        {
                            await whenSeen().ConfigureAwait(false);
                        }
                    }

                    return last ?? LndPayment.Unknown("answer_ended_early", "LND ended its answer before the payment finished");
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (WalletNoResponseException) when (last is not null)
        {
            return last;
        }
    }

    private static LndPayment? Read(string line, int status, string secret)
    {
        try
        {
            return LndPayment.Read(line, status, secret);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return LndPayment.Unknown("invalid_answer", "the answer is not from LND");
        }
    }

    private GatewayRequest Request(HttpMethod method, string path, byte[]? json) => new(method, new Uri(baseUrl + path))
    {
        Json = json,
        Headers = macaroon.ToHeaders(),
    };
}

/// <summary>The macaroon for LND's REST calls, from a secret in hex or from a file.</summary>
internal sealed class LndMacaroon
{
    private readonly OperatorSecret? secret;
    private readonly string? path;

    public LndMacaroon(OperatorSecret? secret, string? path)
    {
        this.secret = secret;
        this.path = path;
    }

    /// <summary>The header with the macaroon (LND's guide to macaroons).</summary>
    /// <exception cref="ConfigException">It cannot be read.</exception>
    public IReadOnlyDictionary<string, string> ToHeaders() =>
        new Dictionary<string, string>(StringComparer.Ordinal) { ["Grpc-Metadata-macaroon"] = Reveal() };

    /// <summary>The macaroon in hex.</summary>
    /// <exception cref="ConfigException">It cannot be read.</exception>
    public string Reveal()
    {
        if (secret is not null)
        {
            var hex = secret.Reveal().Trim();
            return HexText.Decode(hex) is { Length: > 0 } ? hex : throw new ConfigException("LndMacaroon", "must be the macaroon in hexadecimal digits", "Specify the macaroon in hex, or its file.");
        }

        try
        {
            return MacaroonFile.ReadHex(path!)
                ?? throw new ConfigException("LndMacaroonPath", path + " contains no macaroon", "Specify an LND macaroon file, binary or text in hex or base64: " + path + " is neither.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException("LndMacaroonPath", "the macaroon file cannot be read", "Check that " + path + " is an LND macaroon and can be read.");
        }
    }
}

/// <summary>The node's answer to <c>GET /v1/getinfo</c>.</summary>
/// <param name="Network">Its network; null if no invoice prefix names it.</param>
/// <param name="Identity">Its public key, 66 hex digits; null if the macaroon may not read it.</param>
/// <param name="Refusal">The refusal of LND, or null.</param>
internal sealed record LndNode(Bolt11Network? Network, string? Identity, LndRefusal? Refusal)
{
    private const int IdentityLength = 66;

    /// <summary>An answer with a refusal.</summary>
    public static LndNode Refused(LndRefusal refusal) => new(null, null, refusal);

    /// <summary>Reads the answer.</summary>
    public static LndNode Read(JsonElement answer)
    {
        var identity = answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("identity_pubkey", out var key) && key.ValueKind == JsonValueKind.String ? key.GetString()! : string.Empty;
        if (identity.Length != IdentityLength || HexText.Decode(identity) is null)
        {
            return Refused(new LndRefusal(LndErrorCodes.NotLnd, "the answer to /v1/getinfo is not from LND", IsFromLnd: false));
        }

        var network = answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("chains", out var chains) && chains.ValueKind == JsonValueKind.Array
            && chains.EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } chain
            && chain.TryGetProperty("network", out var name) && name.ValueKind == JsonValueKind.String
                ? name.GetString()
                : null;
        return new LndNode(FindNetwork(network), identity.ToLowerInvariant(), null);
    }

    // testnet4 has the prefix of testnet.
    private static Bolt11Network? FindNetwork(string? name) => name switch
    {
        "mainnet" => Bolt11Network.Mainnet,
        "testnet" or "testnet4" => Bolt11Network.Testnet,
        "signet" => Bolt11Network.Signet,
        "regtest" => Bolt11Network.Regtest,
        "simnet" => Bolt11Network.Simnet,
        _ => null,
    };
}
