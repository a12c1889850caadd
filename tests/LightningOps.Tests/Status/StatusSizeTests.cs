using System;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using LightningOps.ControlPlane;
using LightningOps.Paywalls;
using LightningOps.Settlements.Books;
using LightningOps.Status;
using LightningOps.Status.Metrics;
using Xunit;

namespace LightningOps.Tests.Status;

/// <summary>A status of ten thousand owners, tokens and gaps: page and metrics stay short and say how much they leave out.</summary>
public sealed class StatusSizeTests
{
    private const int Count = 10_000;

    [Fact]
    public void A_page_has_the_first_rows_of_each_list_and_says_how_many_more_there_are()
    {
        var report = StatusReport.Create(Large(), withOwners: true);

        Assert.InRange(report.Facts.Count, 3 * StatusReport.MaxRows, (3 * StatusReport.MaxRows) + 30);
        foreach (var left in new[] { "9950 more stopped owners", "9950 more owners with sales", "9951 more expiries" })
        {
            Assert.Contains(report.Facts, fact => fact.Value == left + "; summary.json has all of them");
        }

        Assert.Equal("Not known: 9950 more values; summary.json has all of them", report.Warnings[StatusReport.MaxRows]);
        Assert.Equal("9950 more findings; summary.json has all of them", report.Warnings[^1]);

        // The last to be stopped, and those that sell most.
        Assert.StartsWith("owner_9999, ", report.Facts.First(fact => fact.Name == "Stopped owner").Value, StringComparison.Ordinal);
        Assert.Equal("Sales of owner_9999", report.Facts.First(fact => fact.Name.StartsWith("Sales of ", StringComparison.Ordinal)).Name);
        Assert.Same(Large().GetType(), report.Summary!.GetType());
        Assert.Equal(Count, ((L402Status)report.Summary).NotKnown.Count);
    }

    [Fact]
    public void A_certificate_is_named_before_thousands_of_bought_tokens_and_tokens_in_use_before_expired_ones()
    {
        var expiries = StatusReport.Create(Large(), withOwners: false).Facts.Where(fact => fact.Name.StartsWith("Expires: ", StringComparison.Ordinal)).Select(fact => fact.Name).ToArray();

        Assert.Equal(["Expires: certificate https://shop.example.com", "Expires: token t5001"], expiries.Take(2));
    }

    [Fact]
    public void A_page_without_owners_has_no_rows_of_owners()
    {
        Assert.DoesNotContain(StatusReport.Create(Large(), withOwners: false).Facts, fact => (fact.Name + fact.Value).Contains("owner_", StringComparison.Ordinal) || (fact.Value + "").Contains("more stopped", StringComparison.Ordinal));
    }

    [Fact]
    public void Metrics_have_a_sample_of_the_first_tokens_to_expire_and_the_number_of_the_others()
    {
        var text = Encoding.UTF8.GetString(new MetricExport(Large(), 0).ToPrometheus());

        Assert.Equal(StatusMetrics.MaxTokens, Regex.Matches(text, "(?m)^lightningops_expiry_timestamp_seconds\\{kind=\"token\"").Count);
        Assert.Contains("{kind=\"token\",name=\"t5001\"}", text, StringComparison.Ordinal);
        Assert.Contains("{kind=\"certificate\",name=\"https://shop.example.com\"}", text, StringComparison.Ordinal);
        Assert.Contains("\nlightningops_tokens_left_out 9950\n", text, StringComparison.Ordinal);
        Assert.InRange(text.Split('\n').Length, 60, 250);
    }

    // Half of the tokens have expired; the certificate expires after all of them.
    private static L402Status Large()
    {
        var full = MetricTests.Full();
        var all = Enumerable.Range(0, Count).ToArray();
        return full with
        {
            Switches = full.Switches! with { OwnerControls = [.. all.Select(static at => new OwnerControl { OwnerId = "owner_" + at, KillSwitch = true, UpdatedAtMs = 1_000_000 + at })] },
            Owners = [.. all.Select(at => full.Revenue! with { OwnerId = "owner_" + at, SettledMsats = at })],
            Expiring =
            [
                .. all.Select(at => new ExpiringItem(ExpiringKind.Token, "t" + at, full.TakenAtMs + ((at - 5_000) * 1000L)) { SecondsLeft = at - 5_000 }),
                new ExpiringItem(ExpiringKind.Certificate, "https://shop.example.com", full.TakenAtMs + (Count * 1000L)) { SecondsLeft = Count },
            ],
            Findings = [.. all.Select(static at => new Diagnostic { Code = "database_exposed", Severity = DiagnosticSeverity.Warn, Message = "finding " + at })],
            NotKnown = [.. all.Select(static at => new UnknownValue("value " + at, "why"))],
        };
    }
}
