namespace LightningOps.Artifacts.Reports;

/// <summary>How a check ended.</summary>
public enum CheckOutcome
{
    /// <summary>It was made and holds.</summary>
    Passed,

    /// <summary>It was made and does not hold.</summary>
    Failed,

    /// <summary>It was not made: it says nothing, and least of all that it passed.</summary>
    NotMade,
}
