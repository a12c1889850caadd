namespace LightningOps.Settings;

/// <summary>Names of the environment variables (docs/reference/environment.md#variables).</summary>
public static class EnvironmentVariables
{
    /// <summary>Control plane: api, convex, mock, local or postgres.</summary>
    public const string ControlPlaneMode = "OA_LIGHTNING_OPS_CONTROL_PLANE_MODE";

    /// <summary>Secret shared with a hosted control plane.</summary>
    public const string Secret = "OA_LIGHTNING_OPS_SECRET";

    /// <summary>Base URL of the Laravel internal API.</summary>
    public const string ApiBaseUrl = "OA_LIGHTNING_OPS_API_BASE_URL";

    /// <summary>Base URL of the Convex HTTP API.</summary>
    public const string ConvexUrl = "OA_LIGHTNING_OPS_CONVEX_URL";

    /// <summary>File of the local store.</summary>
    public const string Store = "OA_LIGHTNING_OPS_STORE";

    /// <summary>Address of the team's store in PostgreSQL: a connection string without a password, or the name of a service.</summary>
    public const string Postgres = "OA_LIGHTNING_OPS_POSTGRES";

    /// <summary>Password of the role in PostgreSQL.</summary>
    public const string PostgresPassword = "OA_LIGHTNING_OPS_POSTGRES_PASSWORD";

    /// <summary>Role that reads the services in the PostgreSQL database of an Aperture.</summary>
    public const string ApertureDatabaseRole = "OA_LIGHTNING_OPS_APERTURE_DATABASE_ROLE";

    /// <summary>Password of that role.</summary>
    public const string ApertureDatabasePassword = "OA_LIGHTNING_OPS_APERTURE_DATABASE_PASSWORD";

    /// <summary>Owner of new paywalls.</summary>
    public const string OwnerId = "OA_LIGHTNING_OPS_OWNER_ID";

    /// <summary>File to which observability records are appended.</summary>
    public const string ObservabilityPath = "OA_LIGHTNING_OPS_OBSERVABILITY_PATH";

    /// <summary>Base URL of an OTLP receiver for metrics.</summary>
    public const string OtlpEndpoint = "OA_LIGHTNING_OPS_OTLP_ENDPOINT";

    /// <summary>Base URL of the gateway.</summary>
    public const string GatewayBaseUrl = "OA_LIGHTNING_OPS_GATEWAY_BASE_URL";

    /// <summary>URL that must answer with a challenge.</summary>
    public const string ChallengeUrl = "OA_LIGHTNING_OPS_CHALLENGE_URL";

    /// <summary>URL that must let a paid request through.</summary>
    public const string ProxyUrl = "OA_LIGHTNING_OPS_PROXY_URL";

    /// <summary>Bearer token of the gateway's ops endpoints.</summary>
    public const string GatewayOpsToken = "OA_LIGHTNING_OPS_GATEWAY_OPS_TOKEN";

    /// <summary>Path of the health check of the gateway.</summary>
    public const string GatewayHealthPath = "OA_LIGHTNING_OPS_GATEWAY_HEALTH_PATH";

    /// <summary>Authorization header of the proxy check.</summary>
    public const string ProxyAuthorizationHeader = "OA_LIGHTNING_OPS_PROXY_AUTHORIZATION_HEADER";

    /// <summary>Credential for creating invoices for the gateway.</summary>
    public const string GatewayInvoiceCredential = "OA_LIGHTNING_OPS_CRED_GATEWAY_INVOICE";

    /// <summary>Credential for reading settlements.</summary>
    public const string SettlementReadCredential = "OA_LIGHTNING_OPS_CRED_SETTLEMENT_READ";

    /// <summary>Credential for changing the control plane.</summary>
    public const string OperatorAdminCredential = "OA_LIGHTNING_OPS_CRED_OPERATOR_ADMIN";

    /// <summary>Base URL of the wallet executor that pays.</summary>
    public const string WalletExecutorBaseUrl = "OA_LIGHTNING_WALLET_EXECUTOR_BASE_URL";

    /// <summary>Bearer token of the wallet executor.</summary>
    public const string WalletExecutorAuthToken = "OA_LIGHTNING_WALLET_EXECUTOR_AUTH_TOKEN";

    /// <summary>Time limit of a payment, milliseconds.</summary>
    public const string WalletExecutorTimeoutMs = "OA_LIGHTNING_WALLET_EXECUTOR_TIMEOUT_MS";

    /// <summary>File of the bought credentials.</summary>
    public const string CredentialStore = "OA_LIGHTNING_OPS_CREDENTIAL_STORE";

    /// <summary>Key of the credentials that a team shares, or its reference; without it nothing is shared.</summary>
    public const string CredentialKey = "OA_LIGHTNING_OPS_CREDENTIAL_KEY";

    /// <summary>Spending limit for a purchase, in millisatoshis.</summary>
    public const string MaxSpendMsats = "OA_LIGHTNING_OPS_MAX_SPEND_MSATS";

    /// <summary>Spending limit for any 60 minutes, in millisatoshis.</summary>
    public const string HourlyBudgetMsats = "OA_LIGHTNING_OPS_HOURLY_BUDGET_MSATS";

    /// <summary>Spending limit for any 24 hours, in millisatoshis.</summary>
    public const string DailyBudgetMsats = "OA_LIGHTNING_OPS_DAILY_BUDGET_MSATS";

    /// <summary>Paid endpoint of the ep212 full flow.</summary>
    public const string Ep212Sats4AiUrl = "OA_LIGHTNING_OPS_EP212_SATS4AI_URL";

    /// <summary>Route within the cap.</summary>
    public const string Ep212RouteAUrl = "OA_LIGHTNING_OPS_EP212_ROUTE_A_URL";

    /// <summary>Route above the cap.</summary>
    public const string Ep212RouteBUrl = "OA_LIGHTNING_OPS_EP212_ROUTE_B_URL";

    /// <summary>HTTP method of route A.</summary>
    public const string Ep212RouteAMethod = "OA_LIGHTNING_OPS_EP212_ROUTE_A_METHOD";

    /// <summary>Body of route A.</summary>
    public const string Ep212RouteABody = "OA_LIGHTNING_OPS_EP212_ROUTE_A_BODY";

    /// <summary>Spend cap of the ep212 smokes, millisatoshis.</summary>
    public const string Ep212MaxSpendMsats = "OA_LIGHTNING_OPS_EP212_MAX_SPEND_MSATS";
}
