using System;

namespace LightningOps.Http;

/// <summary>A server gave no complete answer. The sender of the request converts it to its own failure.</summary>
internal sealed class NoAnswerException : Exception
{
    public NoAnswerException(NoAnswerReason reason, string code, Exception cause)
        : base("The server gave no answer: " + code + ".", cause)
    {
        Reason = reason;
        Code = code;
        Cause = cause;
    }

    public NoAnswerReason Reason { get; }

    /// <summary><c>timeout</c>, <c>answer_too_large</c>, <c>answer_headers_too_large</c>, or <c>connection_failed:</c> and the code of <see cref="ConnectionFailure"/>.</summary>
    public string Code { get; }

    /// <summary>The cause.</summary>
    public Exception Cause { get; }
}

/// <summary>Why there is no answer.</summary>
internal enum NoAnswerReason
{
    /// <summary>The time limit passed.</summary>
    Timeout,

    /// <summary>There was no connection, or it ended early.</summary>
    Connection,

    /// <summary>The answer is larger than the limit.</summary>
    TooLarge,
}

/// <summary>An answer larger than the limit; the sender turns it into its own failure.</summary>
internal sealed class AnswerTooLargeException : Exception
{
    public AnswerTooLargeException(int limit)
        : base("The answer is larger than " + limit.ToString(System.Globalization.CultureInfo.InvariantCulture) + " bytes.")
    {
    }
}
