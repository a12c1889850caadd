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

    /// <summary>Writes the members of the arguments, except the secret.</summary>
    public Action<Utf8JsonWriter> WriteArguments { get; }

    /// <summary>Whether a second call has no further effect. Only such a call is repeated when its fate is unknown.</summary>
    public bool IsRepeatable { get; init; } = true;

    /// <summary>Whether the answer grows with the number of paywalls.</summary>
    public bool HasListAnswer { get; init; }

    /// <summary>An argument that no error may show.</summary>
    public string? SecretArgument { get; init; }
}

/// <summary>A function of the hosted control planes. Both use the same name (docs/reference/control-plane.md#functions).</summary>
/// <param name="Kind">query or mutation, as in the address.</param>
/// <param name="Name">For example <c>lightning/ops:listPaywallControlPlaneState</c>.</param>
internal sealed record ControlPlaneFunction(string Kind, string Name)
{
    public static ControlPlaneFunction ListPaywalls { get; } = Query("lightning/ops:listPaywallControlPlaneState");

    public static ControlPlaneFunction RecordDeployment { get; } = Mutation("lightning/ops:recordGatewayCompileIntent");

    public static ControlPlaneFunction RecordEvent { get; } = Mutation("lightning/ops:recordGatewayDeploymentEvent");

    public static ControlPlaneFunction IngestInvoice { get; } = Mutation("lightning/settlements:ingestInvoiceLifecycle");

    public static ControlPlaneFunction IngestSettlement { get; } = Mutation("lightning/settlements:ingestSettlement");

    public static ControlPlaneFunction GetSecurityState { get; } = Query("lightning/security:getControlPlaneSecurityState");

    public static ControlPlaneFunction SetGlobalPause { get; } = Mutation("lightning/security:setGlobalPause");

    public static ControlPlaneFunction SetOwnerKillSwitch { get; } = Mutation("lightning/security:setOwnerKillSwitch");

    public static ControlPlaneFunction RotateCredentialRole { get; } = Mutation("lightning/security:rotateCredentialRole");

    public static ControlPlaneFunction ActivateCredentialRole { get; } = Mutation("lightning/security:activateCredentialRole");

    public static ControlPlaneFunction RevokeCredentialRole { get; } = Mutation("lightning/security:revokeCredentialRole");

    /// <summary>Kind and name, for errors.</summary>
    public string Operation => Kind + ":" + Name;

    private static ControlPlaneFunction Query(string name) => new("query", name);

    private static ControlPlaneFunction Mutation(string name) => new("mutation", name);
}
