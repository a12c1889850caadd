namespace LightningOps.L402;

/// <summary>A channel of a private route to the payee (field <c>r</c> of BOLT 11).</summary>
/// <param name="PublicKeyHex">Node at the start of the channel: 33 bytes in hexadecimal digits.</param>
/// <param name="ShortChannelId">The channel: block, transaction and output, as <c>66051x263430x1800</c>.</param>
/// <param name="FeeBaseMsat">Fee a payment, in millisatoshis.</param>
/// <param name="FeeProportionalMillionths">Fee a million, of the amount.</param>
/// <param name="CltvExpiryDelta">Blocks the node wants between its locks.</param>
public sealed record Bolt11RouteHop(string PublicKeyHex, string ShortChannelId, long FeeBaseMsat, long FeeProportionalMillionths, int CltvExpiryDelta);
