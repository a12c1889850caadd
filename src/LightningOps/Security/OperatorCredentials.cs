using System;
using System.Linq;
using LightningOps.ControlPlane;

namespace LightningOps.Security;

/// <summary>The operator's credentials, one a role, all valid (docs/reference/control-plane.md#operator-credentials).</summary>
public sealed class OperatorCredentials
{
    private const int ShortestLength = 16;

    /// <summary>Mints invoices for the gateway.</summary>
    public required OperatorSecret GatewayInvoice { get; init; }

    /// <summary>Reads settlements.</summary>
    public required OperatorSecret SettlementRead { get; init; }

    /// <summary>Changes the control plane.</summary>
    public required OperatorSecret OperatorAdmin { get; init; }

    /// <summary>Takes the credentials from an environment, checked in the order of the members here.</summary>
    /// <exception cref="CredentialValidationException">The first that is missing, shorter than 16 characters or has white space in it.</exception>
    public static OperatorCredentials Validate(OperatorEnvironment environment) => new()
    {
        GatewayInvoice = Check(environment, CredentialRole.GatewayInvoice, VariableOf(CredentialRole.GatewayInvoice)),
        SettlementRead = Check(environment, CredentialRole.SettlementRead, VariableOf(CredentialRole.SettlementRead)),
        OperatorAdmin = Check(environment, CredentialRole.OperatorAdmin, VariableOf(CredentialRole.OperatorAdmin)),
    };

    /// <summary>What is wrong with the credential of one role, or null when it is valid.</summary>
    public static CredentialValidationException? FailureOf(OperatorEnvironment environment, CredentialRole role)
    {
        try
        {
            Check(environment, role, VariableOf(role));
            return null;
        }
        catch (CredentialValidationException failure)
        {
            return failure;
        }
    }

    private static string VariableOf(CredentialRole role) => role switch
    {
        CredentialRole.GatewayInvoice => EnvironmentVariables.GatewayInvoiceCredential,
        CredentialRole.SettlementRead => EnvironmentVariables.SettlementReadCredential,
        CredentialRole.OperatorAdmin => EnvironmentVariables.OperatorAdminCredential,
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };

    private static OperatorSecret Check(OperatorEnvironment environment, CredentialRole role, string field)
    {
        var value = environment.Find(field) ?? throw new CredentialValidationException(CredentialValidationException.MissingCode, role, field, "is missing");
        return value.Length < ShortestLength ? throw Invalid(role, field, "is shorter than 16 characters")
            : value.Any(char.IsWhiteSpace) ? throw Invalid(role, field, "has white space in it")
            : OperatorSecret.Of(value);
    }

    private static CredentialValidationException Invalid(CredentialRole role, string field, string reason) =>
        new(CredentialValidationException.InvalidCode, role, field, reason);
}
