using System.IO;

namespace LightningOps.ControlPlane;

/// <summary>Names a control plane without a secret: what is kept for one is not for another.</summary>
internal static class ControlPlaneTarget
{
    /// <param name="settings">Settings of the control plane.</param>
    /// <param name="storePath">File of the local store.</param>
    public static string Of(ControlPlaneSettings settings, string storePath) => settings.Mode switch
    {
        ControlPlaneMode.Api => "api:" + settings.ApiBaseUrl?.TrimEnd('/'),
        ControlPlaneMode.Convex => "convex:" + settings.ConvexUrl?.TrimEnd('/'),
        _ => "local:" + Path.GetFullPath(storePath),
    };
}
