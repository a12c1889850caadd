namespace LightningOps.Artifacts.Reports;

/// <summary>A result that can be told as a page, as test cases and as artifacts.</summary>
public interface IReportable
{
    /// <summary>The result in the one form every report is made from.</summary>
    RunReport ToReport();
}
