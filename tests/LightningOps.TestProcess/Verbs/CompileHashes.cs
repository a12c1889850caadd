using System;
using System.Globalization;
using System.IO;
using LightningOps.Compile;
using LightningOps.Paywalls;

namespace LightningOps.TestProcess.Verbs;

/// <summary>
/// <c>compile-hashes culture snapshot…</c>: compiles each snapshot in both renderings under a culture (or <c>invariant</c>)
/// and writes a line of hashes for each.
/// </summary>
internal sealed class CompileHashes : IVerb
{
    public string Name => "compile-hashes";

    public int Run(string[] arguments)
    {
        var culture = arguments[0] == "invariant" ? CultureInfo.InvariantCulture : CultureInfo.GetCultureInfo(arguments[0]);
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = culture;
        foreach (var path in arguments[1..])
        {
            var paywalls = PaywallSnapshot.Read(File.ReadAllBytes(path), path);
            var aperture = PaywallCompiler.Compile(paywalls, new CompileOptions { GatewayHasAdminApi = false });
            var document = PaywallCompiler.Compile(paywalls, new CompileOptions { Format = ArtifactFormat.RouteDocument });
            Console.WriteLine(aperture.ConfigHash + " " + document.ConfigHash + " " + document.SnapshotHash);
        }

        return 0;
    }
}
