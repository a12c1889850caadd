using System.Collections.Generic;

namespace LightningOps.Gateway;

/// <summary>Reads a challenge for the check of its amount; the L402 protocol implements it.</summary>
public interface IChallengeReader
{
    /// <summary>The L402 challenge among the values of WWW-Authenticate.</summary>
    /// <param name="challenges">The values, one a header line.</param>
    ChallengeReading Read(IReadOnlyList<string> challenges);
}
