using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.Compile;
using LightningOps.Json;
using LightningOps.Smoke;

namespace LightningOps.PowerShell.Json;

/// <summary>One JSON document for scripts and CI: the result, or <c>{"ok":false,"error":"…"}</c> (docs/reference/smokes.md#json-output).</summary>
internal static class JsonOutput
{
    /// <summary>The document of a smoke; a failed one has an error.</summary>
    public static string From(ISmokeResult result) => result.Ok ? ArtifactJson.Serialize((object)result) : Failure(result.FailureReason ?? "a check did not pass.");

    /// <summary>The document of a compile, with the members of the older service; an invalid one has <c>ok</c> false and its diagnostics.</summary>
    public static string From(CompileResult result) => ArtifactJson.Serialize((object)new CompileSmokeResult
    {
        Ok = result.Valid,
        ConfigHash = result.ConfigHash,
        RuleCount = result.RuleCount,
        Valid = result.Valid,
        DeploymentStatus = result.DeploymentStatus,
        DeploymentId = result.DeploymentId,
        Diagnostics = result.Diagnostics,
    });

    /// <summary>The document of a command that failed.</summary>
    public static string Failure(string error) => ArtifactJson.Serialize((object)new Dictionary<string, object> { ["ok"] = false, ["error"] = error });

    /// <summary>The document of a command that failed; its text begins with the error id.</summary>
    public static string Failure(Exception exception) => Failure((exception is LightningOpsException failure ? failure.Tag + ": " : string.Empty) + exception.Message);
}
