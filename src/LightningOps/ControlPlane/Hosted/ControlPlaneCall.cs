using System;
using System.Text.Json;

namespace LightningOps.ControlPlane.Hosted;

/// <summary>One call of a function.</summary>
internal sealed class ControlPlaneCall
{
    public ControlPlaneCall(ControlPlaneFunction function, Action<Utf8JsonWriter> writeArguments)
    {
        Function = function;
        WriteArguments = writeArguments;
    }

    /// <summary>The function called.</summary>
    public ControlPlaneFunction Function { get; }

    /// <summary>Writes the members of the arguments beside the secret.</summary>
    public Action<Utf8JsonWriter> WriteArguments { get; }

    /// <summary>Whether a second arrival does no more than the first: only then is a call whose fate is unknown sent again.</summary>
    public bool IsRepeatable { get; init; } = true;

    /// <summary>Whether the answer grows with the number of paywalls.</summary>
    public bool HasListAnswer { get; init; }

    /// <summary>An argument that no error may show.</summary>
    public string? SecretArgument { get; init; }
}
