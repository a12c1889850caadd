using System;
using System.Diagnostics;
using System.IO;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using LightningOps.Artifacts.Reports;
using LightningOps.Smoke;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Artifacts.Reports;

/// <summary>The page as a real browser lays it out.</summary>
public sealed class ReportInBrowserTests : IDisposable
{
    private const string Longest = "a_word_that_never_ends_";

    /// <summary>
    /// Shows the page at several widths and tells, for each, by how many pixels anything in it is too wide: the page itself,
    /// and the boxes that would cut off what is.
    /// </summary>
    private const string Ruler = """
        <!doctype html><iframe id="page" src="report.html" height="600"></iframe><output id="found"></output>
        <script>
          onload = () => {
            const page = document.getElementById("page"), found = [];
            for (const width of [320, 360, 800]) {
              page.width = width;
              const root = page.contentDocument.documentElement;
              let over = root.scrollWidth - root.clientWidth;
              for (const box of page.contentDocument.querySelectorAll("main *"))
                if (box.clientWidth > 1) over = Math.max(over, box.scrollWidth - box.clientWidth);
              found.push(width + ":" + over + ":" + page.contentWindow.getComputedStyle(root).colorScheme);
            }
            document.getElementById("found").textContent = found.join(" ");
          };
        </script>
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [ChromiumFact]
    public async Task The_page_fits_a_phone_and_complains_of_nothing()
    {
        var flow = ((IReportable)await Runs.SmokeAsync(SmokeName.FullFlow, folder)).ToReport();
        new ReportFolder().Write(folder.Path, [flow, Runs.Saying(string.Concat(System.Linq.Enumerable.Repeat(Longest, 20)))]);
        File.WriteAllText(folder.File("ruler.html"), Ruler);

        var (dom, log) = await DumpAsync(folder.File("ruler.html"));

        Assert.Equal("320:0:light dark 360:0:light dark 800:0:light dark", Regex.Match(dom, "<output id=\"found\">(.*?)</output>").Groups[1].Value);
        Assert.DoesNotContain("CONSOLE", log, StringComparison.Ordinal);
    }

    private async Task<(string Dom, string Log)> DumpAsync(string page)
    {
        var start = new ProcessStartInfo(ChromiumFactAttribute.Browser!) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[]
        {
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--user-data-dir=" + folder.File("profile"), "--allow-file-access-from-files", "--enable-logging=stderr", "--window-size=1000,700", "--virtual-time-budget=2000", "--dump-dom",
            new Uri(page).AbsoluteUri,
        })
        {
            start.ArgumentList.Add(argument);
        }

        using var browser = Process.Start(start)!;
        try
        {
            var dom = browser.StandardOutput.ReadToEndAsync();
            var log = browser.StandardError.ReadToEndAsync();
            await browser.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));
            return (await dom, await log);
        }
        finally
        {
            if (!browser.HasExited)
            {
                browser.Kill(entireProcessTree: true);
            }
        }
    }
}
