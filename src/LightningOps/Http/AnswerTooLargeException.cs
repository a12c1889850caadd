using System;

namespace LightningOps.Http;

/// <summary>An answer larger than the limit; the transport turns it into its own failure.</summary>
internal sealed class AnswerTooLargeException : Exception
{
    public AnswerTooLargeException(int limit)
        : base("The answer exceeds the limit of " + limit.ToString(System.Globalization.CultureInfo.InvariantCulture) + " bytes.")
    {
    }
}
