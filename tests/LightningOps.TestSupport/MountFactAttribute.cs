using System;
using System.IO;
using Xunit;

namespace LightningOps.Tests.Support;

/// <summary>A test that mounts something, which takes Linux, root and a system that lets it; elsewhere skipped, which is said.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MountFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> MayMount = new(TryMount);

    public MountFactAttribute()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || !MayMount.Value)
        {
            Skip = "Nothing can be mounted here.";
        }
    }

    private static bool TryMount()
    {
        var folder = Directory.CreateTempSubdirectory("lightningops-mount-");
        try
        {
            using (Mount.Memory(folder.FullName, "64k"))
            {
                return true;
            }
        }
        catch (InvalidOperationException)
        {
            return false;
        }
        finally
        {
            folder.Delete();
        }
    }
}
