using LightningOps.ControlPlane;

namespace LightningOps.Security;

/// <summary>A credential of the operator that is missing or malformed (<c>CredentialValidationError</c>); its value is never told.</summary>
public sealed class CredentialValidationException : LightningOpsException
{
    /// <summary>Code of a credential that is not there.</summary>
    public const string MissingCode = "missing_credential_role";

    /// <summary>Code of a credential that is too short or has white space in it.</summary>
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
