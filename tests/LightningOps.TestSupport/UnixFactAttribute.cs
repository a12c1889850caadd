using System;
using Xunit;

namespace LightningOps.Tests.Support;

/// <summary>A test of what only Unix has, such as the mode of a file; on Windows skipped, which is said.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute()
    {
        if (OperatingSystem.IsWindows())
        {
            Skip = "Windows has no file modes.";
        }
    }
}
