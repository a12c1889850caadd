using System.Collections.Generic;
using System.Net.Http;

namespace LightningOps.L402.Client;

/// <summary>What a request without a credential brings: one of the two.</summary>
/// <param name="Challenge">What is asked.</param>
/// <param name="Free">The answer, when nothing is asked.</param>
/// <param name="Others">What is asked beside the challenge, in other ways than L402.</param>
internal sealed record ChallengeAnswer(L402Challenge? Challenge, HttpResponseMessage? Free, IReadOnlyList<PaymentDemand> Others);
