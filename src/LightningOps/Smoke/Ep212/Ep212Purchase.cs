using LightningOps.L402.Client;
using LightningOps.Paywalls;

namespace LightningOps.Smoke.Ep212;

/// <summary>The answer to a request of an ep212 smoke, read to its end.</summary>
/// <param name="StatusCode">HTTP status.</param>
/// <param name="CacheStatus">What was known of a credential before.</param>
/// <param name="Amount">What was paid for it; null when nothing was.</param>
/// <param name="PaymentId">The wallet's name of the payment.</param>
/// <param name="ProofReference">Names the proof without giving it away.</param>
/// <param name="Bytes">Length of the body.</param>
/// <param name="Sha256">SHA-256 of the body, lower-case hexadecimal digits.</param>
internal sealed record Ep212Purchase(int StatusCode, L402CacheStatus CacheStatus, Msats? Amount, string? PaymentId, string? ProofReference, long Bytes, string Sha256);
