using System;

namespace LightningOps.Observability;

/// <summary>The code of a failure, from a small set; never its text.</summary>
internal static class ErrorCodes
{
    public static string GetCode(Exception failure) => failure switch
    {
        LightningOpsException own => own.Tag,
        OperationCanceledException => "cancelled",
        _ => failure.GetType().FullName ?? failure.GetType().Name,
    };
}
