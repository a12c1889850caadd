using System;
using System.Linq;
using LightningOps.Paywalls;
using LightningOps.Settings;

namespace LightningOps.Security;

/// <summary>The operator credentials, one per role, all valid (docs/reference/control-plane.md#operator-credentials).</summary>
public sealed record OperatorCredentials
{
    private const int ShortestLength = 16;

    /// <summary>Creates invoices for the gateway.</summary>
    public required OperatorSecret GatewayInvoice { get; init; }

    /// <summary>Reads settlements.</summary>
    public required OperatorSecret SettlementRead { get; init; }

    /// <summary>Changes the control plane.</summary>
    public required OperatorSecret OperatorAdmin { get; init; }

    /// <summary>Reads the credentials from an environment and checks them in the order of the members here.</summary>
    /// <exception cref="CredentialValidationException">The first that is missing, shorter than 16 characters or contains white space.</exception>
    public static OperatorCredentials Validate(OperatorEnvironment environment) => new()
    {
        GatewayInvoice = Check(environment, CredentialRole.GatewayInvoice, GetVariable(CredentialRole.GatewayInvoice)),
        SettlementRead = Check(environment, CredentialRole.SettlementRead, GetVariable(CredentialRole.SettlementRead)),
        OperatorAdmin = Check(environment, CredentialRole.OperatorAdmin, GetVariable(CredentialRole.OperatorAdmin)),
    };

    /// <summary>The error of one role's credential, or null when it is valid.</summary>
    public static CredentialValidationException? GetFailure(OperatorEnvironment environment, CredentialRole role)
    {
        try
        {
            Check(environment, role, GetVariable(role));
            return null;
        }
        catch (CredentialValidationException failure)
        {
            return failure;
        }
    }

    private static string GetVariable(CredentialRole role) => role switch
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
            : value.Any(char.IsWhiteSpace) ? throw Invalid(role, field, "contains white space")
            : OperatorSecret.From(value);
    }

    private static CredentialValidationException Invalid(CredentialRole role, string field, string reason) =>
        new(CredentialValidationException.InvalidCode, role, field, reason);
}

/// <summary>A missing or malformed operator credential (<c>CredentialValidationError</c>); its value is never shown.</summary>
public sealed class CredentialValidationException : LightningOpsException
{
    /// <summary>Code of a missing credential.</summary>
    public const string MissingCode = "missing_credential_role";

    /// <summary>Code of a credential that is too short or contains white space.</summary>
    public const string InvalidCode = "invalid_credential_role";

    /// <summary>Creates the failure of one role.</summary>
    /// <param name="code">missing_credential_role or invalid_credential_role.</param>
    /// <param name="role">The role.</param>
    /// <param name="field">The environment variable.</param>
    /// <param name="reason">What is wrong, without the value.</param>
    public CredentialValidationException(string code, CredentialRole role, string field, string reason)
        : base("CredentialValidationError", code + ": " + field + " " + reason, "Set " + field + " to a credential of at least 16 characters without white space.")
    {
        Code = code;
        Role = role;
        Field = field;
    }

    /// <summary>missing_credential_role or invalid_credential_role.</summary>
    public string Code { get; }

    /// <summary>The role.</summary>
    public CredentialRole Role { get; }

    /// <summary>The environment variable.</summary>
    public string Field { get; }
}
