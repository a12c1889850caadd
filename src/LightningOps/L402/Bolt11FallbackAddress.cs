namespace LightningOps.L402;

/// <summary>An on-chain address an invoice offers beside Lightning (field <c>f</c> of BOLT 11).</summary>
/// <param name="Version">0 to 16: witness version; 17: public key hash; 18: script hash.</param>
/// <param name="ProgramHex">The witness program or hash, in hexadecimal digits.</param>
public sealed record Bolt11FallbackAddress(int Version, string ProgramHex);
