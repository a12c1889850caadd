namespace LightningOps.Settlements;

/// <summary>Why an event is rejected, beside the tags of the failures of the domain.</summary>
public static class RejectionCodes
{
    /// <summary>A line is longer than any event is.</summary>
    public const string LineTooLong = "line_too_long";

    /// <summary>A gateway's transaction is of a service that no paywall has.</summary>
    public const string UnknownService = "unknown_service";

    /// <summary>A gateway's transaction is of a service that several routes have.</summary>
    public const string AmbiguousService = "ambiguous_service";

    /// <summary>A gateway's transaction is not as it should be.</summary>
    public const string InvalidTransaction = "invalid_transaction";

    /// <summary>Not sent: the control plane had failed too often before.</summary>
    public const string NotSent = "not_sent";
}
