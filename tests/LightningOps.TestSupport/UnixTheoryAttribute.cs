using System;
using Xunit;

namespace LightningOps.Tests.Support;

/// <summary>Tests of what only Unix has, such as the mode of a file; on Windows skipped, which is said.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnixTheoryAttribute : TheoryAttribute
{
    public UnixTheoryAttribute()
    {
        if (OperatingSystem.IsWindows())
        {
            Skip = "Windows has no file modes.";
        }
    }
}
