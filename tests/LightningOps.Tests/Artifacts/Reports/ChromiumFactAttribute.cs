using System;
using System.IO;
using System.Linq;
using Xunit;

namespace LightningOps.Tests.Artifacts.Reports;

/// <summary>A test that needs a Chromium; without one on the PATH it is skipped, which is said.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ChromiumFactAttribute : FactAttribute
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome.exe", "msedge.exe"];

    public ChromiumFactAttribute()
    {
        if (Browser is null)
        {
            Skip = "No Chromium is on the PATH: the page was not looked at in a browser.";
        }
    }

    /// <summary>Path of the browser, or null.</summary>
    public static string? Browser { get; } = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(folder => Names.Select(name => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);
}
