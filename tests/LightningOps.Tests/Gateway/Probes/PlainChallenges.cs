using System.Collections.Generic;
using System.Globalization;
using System.Text.RegularExpressions;
using LightningOps.Gateway.Probes;

namespace LightningOps.Tests.Gateway.Probes;

/// <summary>Takes the invoice of a challenge for its amount in millisatoshis.</summary>
internal sealed class PlainChallenges : IChallengeReader
{
    public ChallengeReading Read(IReadOnlyList<string> challenges) =>
        Regex.Match(string.Join(", ", challenges), "invoice=\"([0-9]+)\"") is { Success: true } match
            ? new ChallengeReading { Amount = new Msats(long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)) }
            : new ChallengeReading { Fault = "no_invoice" };
}
