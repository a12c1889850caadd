using System.Net;
using System.Security;

namespace LightningOps.PowerShell.Session;

/// <summary>A value of Connect-LightningOps; a secret stays encrypted if the platform supports it.</summary>
internal sealed class SettingValue
{
    private readonly string? plain;
    private readonly SecureString? secret;

    public SettingValue(string plain, SettingSource source)
    {
        this.plain = plain;
        Source = source;
    }

    public SettingValue(SecureString secret, SettingSource source)
    {
        this.secret = secret;
        Source = source;
    }

    public SettingSource Source { get; }

    /// <summary>The value, a secret in clear text, for the call that needs it; never shown.</summary>
    public string Reveal() => plain ?? new NetworkCredential(string.Empty, secret).Password;

    /// <summary>A secret given as text.</summary>
    public static SettingValue FromSecret(string text, SettingSource source) =>
        new(new NetworkCredential(string.Empty, text).SecurePassword, source);
}
