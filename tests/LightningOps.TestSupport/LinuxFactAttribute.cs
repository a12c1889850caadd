using System;
using Xunit;

namespace LightningOps.Tests.Support;

/// <summary>A test of what only Linux reports, such as the number of hard links; elsewhere skipped, which is said.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
        {
            Skip = "Only Linux reports this.";
        }
    }
}
