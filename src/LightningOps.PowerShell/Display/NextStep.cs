using LightningOps.Reconcile;

namespace LightningOps.PowerShell.Display;

/// <summary>Recommended actions for warnings of a roll-out.</summary>
internal static class NextStep
{
    /// <summary>The text of a warning: the gateway, what happened, what to do next.</summary>
    /// <param name="gateway">Name of the gateway.</param>
    /// <param name="warning">The warning.</param>
    public static string Format(string gateway, ReconcileWarning warning)
    {
        var told = gateway + ": " + warning.Message;
        return FindStep(warning) is { } step ? (told.EndsWith(".", System.StringComparison.Ordinal) ? told : told + ".") + " " + step : told;
    }

    private static string? FindStep(ReconcileWarning warning) => warning.Code switch
    {
        "check_skipped" => warning.Reason switch
        {
            "no_payer" => "Use -Payer to send a paid request.",
            "missing_proxy_authorization_header" => "Set OA_LIGHTNING_OPS_PROXY_AUTHORIZATION_HEADER, or use Connect-LightningOps -ProxyAuthorizationHeader.",
            "no_probe_address" => "Use -ChallengeUrl with the address the gateway listens on, and -Payer for a paid request.",
            _ => null,
        },
        "record_not_written" or "event_not_written" or "outbox_unavailable" => "Run the command again when the control plane can be reached. Missing records are sent first.",
        "event_refused" or "event_in_doubt" => "Check the deployment in the control plane. The gateway is not affected.",
        "served_unknown" => "Run Test-ApertureDrift when the gateway can be reached.",
        "cancelled" => "Run the command again.",
        "denied_services_open" or "closed_rules_reopened" => "Stop the gateway if it must not sell, then run the command again.",
        "observability_not_written" => "Check the file of -ObservabilityPath. The roll-out is not affected.",
        _ => null,
    };
}
