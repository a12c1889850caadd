using System;
using Xunit;

namespace LightningOps.Tests.Support;

/// <summary>A test that gives a file to another user, which only root may; elsewhere skipped, which is said.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute()
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
        {
            Skip = "Only root may give a file to another user.";
        }
    }
}
