using System.Collections.Generic;
using System.Linq;

namespace LightningOps.Artifacts.Reports.Html;

/// <summary>The checks of a run in a few words.</summary>
internal static class ChecksLine
{
    public static string Format(RunReport run)
    {
        if (run.Checks.Count == 0)
        {
            return "no checks";
        }

        var words = new List<string> { Count(run, CheckOutcome.Passed) + " of " + ReportText.Count(run.Checks.Count, "check", "checks") + " passed" };
        if (Count(run, CheckOutcome.NotMade) is > 0 and var notMade)
        {
            words.Add(notMade + " skipped");
        }

        return string.Join(", ", words);
    }

    public static int Count(RunReport run, CheckOutcome outcome) => run.Checks.Count(check => check.Outcome == outcome);
}
