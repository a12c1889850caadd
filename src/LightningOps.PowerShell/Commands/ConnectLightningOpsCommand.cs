using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Security;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Gateway.Registry;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Errors;
using LightningOps.PowerShell.Session;
using LightningOps.Settings;
using LightningOps.Status;
using LightningOps.Storage.Postgres;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Sets the control plane, secret, store, gateway and wallet for the commands of this session. It replaces the settings
/// of an earlier Connect-LightningOps. It makes no network calls, unless -Test is given or -SecretReference names a vault. A parameter
/// of a command overrides these settings, and they override the environment.
/// </summary>
/// <example>
/// <code>Connect-LightningOps -Mode Api -ApiBaseUrl https://ops.example.com -Secret (Read-Host -AsSecureString)</code>
/// <para>Works against a hosted control plane without the secret in a variable of the environment.</para>
/// </example>
/// <example>
/// <code>Connect-LightningOps -Test</code>
/// <para>Keeps the settings and calls the control plane, each registered gateway and each wallet.</para>
/// </example>
[Cmdlet(VerbsCommunications.Connect, "LightningOps", SupportsShouldProcess = true)]
[OutputType(typeof(LightningOpsContext), typeof(ConnectionLink))]
public sealed class ConnectLightningOpsCommand : LightningOpsCmdlet, IRegistrationUser
{
    /// <summary>Control plane: Mock, Local, Api, Convex or Postgres.</summary>
    [Parameter(Position = 0)]
    public ControlPlaneMode Mode { get; set; }

    /// <summary>Base URL of the Laravel internal API.</summary>
    [Parameter]
    public Uri? ApiBaseUrl { get; set; }

    /// <summary>Base URL of the Convex HTTP API.</summary>
    [Parameter]
    public Uri? ConvexUrl { get; set; }

    /// <summary>Secret shared with a hosted control plane.</summary>
    [Parameter]
    public SecureString? Secret { get; set; }

    /// <summary>
    /// Where the secret shared with a hosted control plane is: env:OA_LIGHTNING_NAME, file:PATH (mode 0600), vault:VAULT/NAME
    /// (SecretManagement) or keyvault:VAULT/NAME (Azure Key Vault). It is read now and sent only to the addresses of the control
    /// plane in force now.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SecretReference { get; set; }

    /// <summary>File of the local store.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? StorePath { get; set; }

    /// <summary>
    /// Address of the store of a team in PostgreSQL: a connection string or a postgresql:// URI without a password, or the name of a service in
    /// pg_service.conf. TLS is verified unless the server is on loopback.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Postgres { get; set; }

    /// <summary>Password of the role in PostgreSQL. Without it, PGPASSWORD or a passfile is used.</summary>
    [Parameter]
    public SecureString? PostgresPassword { get; set; }

    /// <summary>
    /// Script that returns a token to use as the password, for a managed identity. It runs in a runspace of its own for each new connection;
    /// variables and functions of this session are not available to it.
    /// </summary>
    [Parameter]
    public ScriptBlock? PostgresToken { get; set; }

    /// <summary>Owner of the paywalls that New-LightningPaywall makes and Import-LightningPaywall -FromGateway adopts; owner_local by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(OwnerIdCompleter))]
    [OwnerId]
    public string? OwnerId { get; set; }

    /// <summary>File to which a record of each operation is appended, one JSON object per line. Full files are kept as name.1.jsonl and so on.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ObservabilityPath { get; set; }

    /// <summary>Base URL of an OTLP receiver for Export-L402Metric, HTTP with protobuf.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OtlpEndpoint { get; set; }

    /// <summary>Role that reads the services in the PostgreSQL database of an Aperture whose file is a gateway. Server and database are those of the aperture.yaml.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ApertureDatabaseRole { get; set; }

    /// <summary>Password of -ApertureDatabaseRole; without it PGPASSWORD or a passfile is used.</summary>
    [Parameter]
    public SecureString? ApertureDatabasePassword { get; set; }

    /// <summary>File of KEY=value lines with environment variables; parameters override it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? EnvironmentFile { get; set; }

    /// <summary>Base URL of the gateway.</summary>
    [Parameter]
    public Uri? GatewayBaseUrl { get; set; }

    /// <summary>URL that must answer with a challenge.</summary>
    [Parameter]
    public Uri? ChallengeUrl { get; set; }

    /// <summary>URL that must let a paid request through.</summary>
    [Parameter]
    public Uri? ProxyUrl { get; set; }

    /// <summary>Bearer token of the gateway's ops endpoints.</summary>
    [Parameter]
    public SecureString? GatewayOpsToken { get; set; }

    /// <summary>Path of the health check of the gateway.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? GatewayHealthPath { get; set; }

    /// <summary>Authorization header of the proxy check.</summary>
    [Parameter]
    public SecureString? ProxyAuthorizationHeader { get; set; }

    /// <summary>Credential for creating invoices for the gateway.</summary>
    [Parameter]
    public SecureString? GatewayInvoiceCredential { get; set; }

    /// <summary>Credential for reading settlements.</summary>
    [Parameter]
    public SecureString? SettlementReadCredential { get; set; }

    /// <summary>Credential for changing the control plane.</summary>
    [Parameter]
    public SecureString? OperatorAdminCredential { get; set; }

    /// <summary>Base URL of the wallet executor that pays.</summary>
    [Parameter]
    public Uri? WalletExecutorBaseUrl { get; set; }

    /// <summary>Bearer token of the wallet executor.</summary>
    [Parameter]
    public SecureString? WalletExecutorAuthToken { get; set; }

    /// <summary>Time limit of a payment, milliseconds.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int WalletExecutorTimeoutMs { get; set; }

    /// <summary>File that stores purchases.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CredentialStorePath { get; set; }

    /// <summary>
    /// Where the key is with which the team shares its bought credentials in Postgres mode: env:OA_LIGHTNING_NAME, file:PATH (mode 0600),
    /// vault:VAULT/NAME (SecretManagement) or keyvault:VAULT/NAME (Azure Key Vault). The key is 32 bytes as 64 hex digits or base64; the database
    /// never gets it. Without it nothing is shared.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CredentialKey { get; set; }

    /// <summary>Spending limit for each request of this session including fees, in millisatoshis; -MaxSpendMsats of a command can lower it but not raise it.</summary>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public long SpendLimitMsats { get; set; }

    /// <summary>Spending limit for any 60 minutes including fees, in millisatoshis.</summary>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public long HourlyBudgetMsats { get; set; }

    /// <summary>Spending limit for any 24 hours including fees, in millisatoshis.</summary>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public long DailyBudgetMsats { get; set; }

    /// <summary>Paid endpoint of the ep212 full flow.</summary>
    [Parameter]
    public Uri? Sats4AiUrl { get; set; }

    /// <summary>Route within the spending limit of the ep212 smokes.</summary>
    [Parameter]
    public Uri? RouteAUrl { get; set; }

    /// <summary>Route above the spending limit of the ep212 smokes.</summary>
    [Parameter]
    public Uri? RouteBUrl { get; set; }

    /// <summary>HTTP method of route A.</summary>
    [Parameter]
    [ValidateSet("GET", "POST")]
    public string? RouteAMethod { get; set; }

    /// <summary>Body of route A for POST.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RouteABody { get; set; }

    /// <summary>Spending limit for each purchase of the ep212 smokes including fees, in millisatoshis.</summary>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public long SmokeSpendLimitMsats { get; set; }

    /// <summary>Not a setting of a session: the error names the parameter to use.</summary>
    [Parameter(DontShow = true)]
    public long MaxSpendMsats { get; set; }

    /// <summary>Return the effective settings.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>
    /// Call the control plane, each endpoint of each registered gateway, and each wallet, and return what each call found. Nothing is
    /// written, sold or paid. With -Test alone the settings stay as they are.
    /// </summary>
    [Parameter]
    public SwitchParameter Test { get; set; }

    /// <summary>With -Test only, the current settings are tested.</summary>
    private bool OnlyTests => Test && !SettingDefinition.All.Any(definition => IsBound(definition.Name))
        && !IsBound(nameof(EnvironmentFile)) && !IsBound(nameof(PostgresToken)) && !IsBound(nameof(SecretReference));

    private protected override bool MakesContext => !OnlyTests;

    bool IRegistrationUser.NamesPayer => false;

    bool IRegistrationUser.NamesMacaroon => false;

    OperatorEnvironment IRegistrationUser.Environment => CurrentContext.Environment();

    string? IRegistrationUser.AcceptedFingerprint => null;

    string? IRegistrationUser.AcceptedCertificatePath => null;

    SecureString IRegistrationUser.ReadSecret(SecretReference reference, bool isMacaroon) => ReadSecret(reference, isMacaroon);

    /// <summary>A test never sends a secret to another recipient than registered.</summary>
    bool IRegistrationUser.AllowsMovedSecret(string question) => false;

    /// <inheritdoc/>
    protected override async Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        if (OnlyTests || Connect())
        {
            if (PassThru)
            {
                WriteObject(CurrentContext.ToContext(isSelected: true));
            }

            if (Test)
            {
                await TestAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        else if (PassThru)
        {
            WriteObject(CurrentContext.ToContext(isSelected: true));
        }
    }

    private async Task TestAsync(CancellationToken cancellationToken)
    {
        var links = await new SessionLinks(CurrentContext, TestGateways, this).CheckAsync(cancellationToken).ConfigureAwait(false);
        WriteObject(links, enumerateCollection: true);
        foreach (var link in links.Where(static link => link.State == LinkState.Fails))
        {
            WriteError(ErrorRecords.LinkFailed(link));
        }
    }

    /// <summary>Replaces the settings of the session.</summary>
    /// <returns>Whether they were replaced.</returns>
    private bool Connect()
    {
        if (Secret is not null && SecretReference is not null)
        {
            throw new ConfigException(nameof(SecretReference), "cannot be used with -Secret", "Use one of the two.");
        }

        if (PostgresPassword is not null && PostgresToken is not null)
        {
            throw new ConfigException(nameof(PostgresToken), "cannot be used with -PostgresPassword", "Use one of the two.");
        }

        if (IsBound(nameof(MaxSpendMsats)))
        {
            throw new ConfigException(
                nameof(MaxSpendMsats),
                "is the limit of one request, and no longer a setting of Connect-LightningOps",
                "Use -SpendLimitMsats for the limit of every request of this session, or -SmokeSpendLimitMsats for the ep212 smokes.");
        }

        var settings = new Dictionary<string, SettingValue>(StringComparer.Ordinal);
        if (EnvironmentFile is not null)
        {
            AddFile(settings, ResolveInputFile(EnvironmentFile));
        }

        WarnOfMisspelt(Environment.GetEnvironmentVariables().Keys.Cast<string>(), "the environment");
        if (Postgres is not null)
        {
            // A wrong address is rejected here instead of by the first command that uses it.
            PostgresStoreOptions.RequireAddress(Postgres, CurrentContext.Environment());
        }

        foreach (var definition in SettingDefinition.All)
        {
            if (MyInvocation.BoundParameters.TryGetValue(definition.Name, out var given))
            {
                settings[definition.Variable] = CreateValue(definition, given);
            }
        }

        ResolveCredentialKey(settings);
        var reference = SecretReference is null ? null : Gateway.Registry.SecretReference.Parse(SecretReference, ResolveFile, nameof(SecretReference));
        if (reference is not null)
        {
            settings[EnvironmentVariables.Secret] = new SettingValue(ReadSecret(reference, isMacaroon: false), SettingSource.Parameter);
        }

        if (!ShouldProcess("Settings of this session", "Replace with " + FormatNames(settings)))
        {
            return false;
        }

        CurrentContext.Connect(settings, PostgresToken is null ? null : new TokenScript(PostgresToken).Invoke, reference);
        OnPipeline(() => SessionContexts.For(Runspace.DefaultRunspace)).Select(CurrentContext);
        var environment = CurrentContext.Environment();
        if (string.Equals(environment.Find(EnvironmentVariables.ControlPlaneMode), nameof(ControlPlaneMode.Postgres), StringComparison.OrdinalIgnoreCase))
        {
            WarnOfPassfile(environment.Find(EnvironmentVariables.Postgres));
        }

        WarnOfPassfileOfRole();
        return true;
    }

    /// <summary>Makes a path absolute and reads a vault now, because later commands may run where it is not available.</summary>
    private void ResolveCredentialKey(Dictionary<string, SettingValue> settings)
    {
        if (CredentialKey is not null && CredentialStorePath is not null)
        {
            throw new ConfigException(nameof(CredentialKey), "cannot be used with -CredentialStorePath: the team's credentials are in the database", "Use one of the two.");
        }

        if (!settings.TryGetValue(EnvironmentVariables.CredentialKey, out var value) || value.Reveal().Trim() is var text && text.IndexOf(':') < 0 && CredentialKey is null)
        {
            return;
        }

        var reference = Gateway.Registry.SecretReference.Parse(text, ResolveFile, nameof(CredentialKey));
        if (!SecretVaults.NeedsSession(reference))
        {
            settings[EnvironmentVariables.CredentialKey] = new SettingValue(reference.ToString(), value.Source);
            return;
        }

        var (secret, failure) = OnPipeline(() => SecretVaults.Ask(reference, InvokeCommand));
        settings[EnvironmentVariables.CredentialKey] = new SettingValue(secret ?? throw failure!, value.Source);
    }

    private static string FormatNames(Dictionary<string, SettingValue> settings) =>
        settings.Count == 0 ? "none" : string.Join(", ", SettingDefinition.All.Where(definition => settings.ContainsKey(definition.Variable)).Select(static definition => definition.Name));

    private void AddFile(Dictionary<string, SettingValue> settings, string file)
    {
        var variables = LightningOps.Settings.EnvironmentFile.Parse(File.ReadAllText(file), file);
        WarnOfMisspelt(variables.Keys, file);
        foreach (var definition in SettingDefinition.All)
        {
            if (variables.TryGetValue(definition.Variable, out var text) && !string.IsNullOrWhiteSpace(text))
            {
                settings[definition.Variable] = definition.IsSecret
                    ? SettingValue.FromSecret(text, SettingSource.EnvironmentFile)
                    : new SettingValue(definition.IsPath ? PathSetting.Resolve(text.Trim(), CurrentFolder) : text, SettingSource.EnvironmentFile);
                WriteVerbose(definition.Variable + " was read from " + file);
                if (definition.IsSecret)
                {
                    WarnOfExposure(file);
                }
            }
        }
    }

    private void WarnOfMisspelt(IEnumerable<string> names, string place)
    {
        foreach (var (name, nearest) in VariableNames.FindMisspelt(names))
        {
            WriteWarning(name + " in " + place + " is not a known setting and is ignored. Did you mean " + nearest + "?");
        }
    }

    private SettingValue CreateValue(SettingDefinition definition, object given) => given switch
    {
        SecureString { Length: 0 } => throw new ConfigException(definition.Name, "must not be empty"),
        SecureString secret => new SettingValue(secret.Copy(), SettingSource.Parameter),
        Uri url => new SettingValue(HttpUrl(definition.Name, url), SettingSource.Parameter),
        ControlPlaneMode mode => new SettingValue(mode.ToString().ToLowerInvariant(), SettingSource.Parameter),
        string path when definition.IsPath => new SettingValue(ResolveFile(path), SettingSource.Parameter),
        _ => new SettingValue(Convert.ToString(given, CultureInfo.InvariantCulture) ?? string.Empty, SettingSource.Parameter),
    };

    private static string HttpUrl(string name, Uri url) =>
        url.IsAbsoluteUri && url.Scheme is ("http" or "https")
            ? url.OriginalString
            : throw new ConfigException(name, "must be an absolute http or https URL", "Specify -" + name + " as https://host/path.");
}
