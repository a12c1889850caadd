using System;
using LightningOps.ControlPlane;

namespace LightningOps.Smoke;

/// <summary>Which smoke runs in which mode.</summary>
public static class SmokeModes
{
    /// <summary>The mode a smoke runs in.</summary>
    /// <param name="smoke">The smoke.</param>
    /// <param name="chosen">The mode the operator chose; null for the smoke's own.</param>
    /// <param name="ofSession">Gives the session's mode, for a smoke without one of its own.</param>
    /// <exception cref="ConfigException">The smoke has no such mode.</exception>
    public static SmokeMode For(ISmoke smoke, SmokeMode? chosen, Func<ControlPlaneMode> ofSession)
    {
        var mode = chosen ?? Of(smoke.DefaultMode ?? ofSession());
        return (smoke is IBuyingSmoke, mode) switch
        {
            (false, SmokeMode.Live) => throw new ConfigException("Mode", "smoke " + smoke.Name + " has no live mode", "Only the ep212 smokes have one; choose Mock, Local, Api or Convex."),
            (true, SmokeMode.Api or SmokeMode.Convex) => throw new ConfigException("Mode", "smoke " + smoke.Name + " works against no control plane", "Choose Mock, Local or Live."),
            _ => mode,
        };
    }

    /// <summary>The control plane of a mode other than Live.</summary>
    public static ControlPlaneMode ControlPlaneOf(SmokeMode mode) => mode switch
    {
        SmokeMode.Mock => ControlPlaneMode.Mock,
        SmokeMode.Local => ControlPlaneMode.Local,
        SmokeMode.Api => ControlPlaneMode.Api,
        SmokeMode.Convex => ControlPlaneMode.Convex,
        _ => throw new ArgumentOutOfRangeException(nameof(mode)),
    };

    private static SmokeMode Of(ControlPlaneMode mode) => mode switch
    {
        ControlPlaneMode.Mock => SmokeMode.Mock,
        ControlPlaneMode.Local => SmokeMode.Local,
        ControlPlaneMode.Convex => SmokeMode.Convex,
        _ => SmokeMode.Api,
    };
}
