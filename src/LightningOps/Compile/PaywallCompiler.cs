using System;
using System.Collections.Generic;
using System.Threading;
using LightningOps.Paywalls;

namespace LightningOps.Compile;

/// <summary>Turns paywalls into rules and an artifact: a pure function of the paywalls and the options.</summary>
public static class PaywallCompiler
{
    /// <summary>Compiles <paramref name="paywalls"/>; what is wrong with them is a diagnostic, never an exception.</summary>
    /// <param name="paywalls">Active and paused paywalls, in the order received.</param>
    /// <param name="options">Rendering and gate.</param>
    /// <param name="cancellationToken">Stops the analysis.</param>
    public static CompileResult Compile(IReadOnlyList<Paywall> paywalls, CompileOptions options, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();
}
