using LightningOps.L402;
using LightningOps.Paywalls;

namespace LightningOps.Smoke.Local;

/// <summary>One purchase of a local run, as the buyer has it.</summary>
/// <param name="RequestId">Name of the request.</param>
/// <param name="TaskId">What it was made for.</param>
/// <param name="Amount">What was paid.</param>
/// <param name="PaymentHash">Hash of the invoice paid.</param>
/// <param name="ProofReference">Names the proof: <c>preimage:</c> and 16 digits.</param>
internal sealed record LocalSale(string RequestId, string TaskId, Msats Amount, PaymentHash PaymentHash, string ProofReference);
