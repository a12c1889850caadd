using System.Collections.Generic;
using LightningOps.Settings;

namespace LightningOps.PowerShell.Session;

/// <summary>A setting of docs/reference/environment.md#variables.</summary>
/// <param name="Name">The parameter of Connect-LightningOps.</param>
/// <param name="Variable">The environment variable.</param>
/// <param name="IsSecret">Whether its value is never shown.</param>
/// <param name="Default">Value if nothing is set; null for none.</param>
/// <param name="IsPath">Whether its value is a path of the file system.</param>
internal sealed record SettingDefinition(string Name, string Variable, bool IsSecret = false, string? Default = null, bool IsPath = false)
{
    /// <summary>Owner of new paywalls if none is set.</summary>
    public const string DefaultOwner = "owner_local";

    /// <summary>All settings, in display order.</summary>
    public static IReadOnlyList<SettingDefinition> All { get; } =
    [
        new("Mode", EnvironmentVariables.ControlPlaneMode, Default: "api"),
        new("ApiBaseUrl", EnvironmentVariables.ApiBaseUrl),
        new("ConvexUrl", EnvironmentVariables.ConvexUrl),
        new("Secret", EnvironmentVariables.Secret, IsSecret: true),
        new("StorePath", EnvironmentVariables.Store, IsPath: true),
        new("Postgres", EnvironmentVariables.Postgres),
        new("PostgresPassword", EnvironmentVariables.PostgresPassword, IsSecret: true),
        new("OwnerId", EnvironmentVariables.OwnerId, Default: DefaultOwner),
        new("ObservabilityPath", EnvironmentVariables.ObservabilityPath, IsPath: true),
        new("OtlpEndpoint", EnvironmentVariables.OtlpEndpoint),
        new("ApertureDatabaseRole", EnvironmentVariables.ApertureDatabaseRole),
        new("ApertureDatabasePassword", EnvironmentVariables.ApertureDatabasePassword, IsSecret: true),
        new("GatewayBaseUrl", EnvironmentVariables.GatewayBaseUrl),
        new("ChallengeUrl", EnvironmentVariables.ChallengeUrl),
        new("ProxyUrl", EnvironmentVariables.ProxyUrl),
        new("GatewayOpsToken", EnvironmentVariables.GatewayOpsToken, IsSecret: true),
        new("GatewayHealthPath", EnvironmentVariables.GatewayHealthPath, Default: "/healthz"),
        new("ProxyAuthorizationHeader", EnvironmentVariables.ProxyAuthorizationHeader, IsSecret: true),
        new("GatewayInvoiceCredential", EnvironmentVariables.GatewayInvoiceCredential, IsSecret: true),
        new("SettlementReadCredential", EnvironmentVariables.SettlementReadCredential, IsSecret: true),
        new("OperatorAdminCredential", EnvironmentVariables.OperatorAdminCredential, IsSecret: true),
        new("WalletExecutorBaseUrl", EnvironmentVariables.WalletExecutorBaseUrl),
        new("WalletExecutorAuthToken", EnvironmentVariables.WalletExecutorAuthToken, IsSecret: true),
        new("WalletExecutorTimeoutMs", EnvironmentVariables.WalletExecutorTimeoutMs, Default: "60000"),
        new("CredentialStorePath", EnvironmentVariables.CredentialStore, IsPath: true),
        new("CredentialKey", EnvironmentVariables.CredentialKey, IsSecret: true),
        new("SpendLimitMsats", EnvironmentVariables.MaxSpendMsats),
        new("HourlyBudgetMsats", EnvironmentVariables.HourlyBudgetMsats),
        new("DailyBudgetMsats", EnvironmentVariables.DailyBudgetMsats),
        new("Sats4AiUrl", EnvironmentVariables.Ep212Sats4AiUrl),
        new("RouteAUrl", EnvironmentVariables.Ep212RouteAUrl),
        new("RouteBUrl", EnvironmentVariables.Ep212RouteBUrl),
        new("RouteAMethod", EnvironmentVariables.Ep212RouteAMethod, Default: "GET"),
        new("RouteABody", EnvironmentVariables.Ep212RouteABody),
        new("SmokeSpendLimitMsats", EnvironmentVariables.Ep212MaxSpendMsats, Default: "100000"),
    ];
}
