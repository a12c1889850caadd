<#
.SYNOPSIS
Brings the gateways in line with the control plane, unattended.
.DESCRIPTION
Rolls out with checks and roll-back (Sync-ApertureConfig -Force), even if services are removed, closed or moved. It waits
for another roll-out to finish. Secrets come from Get-AutomationVariable, then SecretManagement, then the environment.
Exit code 0 if every gateway serves the desired configuration; otherwise 1, and one line {"ok":false,"error":"..."}.
.PARAMETER Mode
Control plane: Local, Postgres, Api, Convex, or Mock. Defaults to OA_LIGHTNING_OPS_CONTROL_PLANE_MODE, then Api.
.PARAMETER StorePath
File of the local store.
.PARAMETER Gateway
Gateways: ops, admin:https://host:port, file:PATH, memory; as a list or one comma-separated string. Defaults to ops, in Mock mode to memory.
.PARAMETER Format
Aperture, or RouteDocument, which ops gateways accept.
.PARAMETER MacaroonPath
File of the admin macaroon of an admin gateway.
.PARAMETER TlsCertificatePath
File of the certificate of an admin gateway.
.PARAMETER ReloadCommand
Program and arguments that restart the Aperture of a file gateway, as a list or one comma-separated string.
.PARAMETER HealthUrl
URL that answers 2xx while the Aperture of a file gateway is up.
.PARAMETER ChallengeUrl
URL that must answer with a challenge.
.PARAMETER AllowHangup
The reload command may send SIGHUP, which a supervisor traps.
.PARAMETER AllowMissingFeatures
Roll out even if the gateway cannot carry rate limits or rewrites.
.PARAMETER WaitForLeaseSeconds
Time in seconds to wait for another roll-out.
.PARAMETER ArtifactDirectory
Folder for events.jsonl and summary.json.
.PARAMETER Payer
Wallet for the paid-request check at an Aperture: executor, lnd:https://host:port. Without it that check is
skipped with a warning.
.PARAMETER PlanPath
File of New-L402Plan -OutFile: exactly that plan is applied. It is refused if the gateway, the control plane or a switch has
moved since; what a pause or kill switch denies is then still closed.
.PARAMETER Approve
Hash of the plan, as its reviewer gives it: the plan is applied past the guard rails.
.PARAMETER ApprovedBy
Who approved the plan, for the journal.
.PARAMETER MaxRemovePercent
Largest part of the services that may be removed without an approved plan, in percent; 20 by default.
.PARAMETER MaxPriceChangePercent
Largest change of a price without an approved plan, in percent of the lower price; 100 by default.
.PARAMETER DrainCommand
Program and arguments that take an endpoint out of the balancer, as a list or one comma-separated string.
.PARAMETER UndrainCommand
Program and arguments that put an endpoint back into the balancer, as a list or one comma-separated string.
.PARAMETER Vault
Vault of SecretManagement; the default vault if omitted.
.PARAMETER EnvironmentFile
File of KEY=value lines with settings.
.PARAMETER AsJson
Return the result as one line of JSON.
.EXAMPLE
pwsh -NonInteractive -File Invoke-ScheduledReconcile.ps1 -Mode Api -Format RouteDocument -AsJson
.EXAMPLE
./Invoke-ScheduledReconcile.ps1 -Mode Local -Gateway file:/etc/aperture/aperture.yaml -ReloadCommand systemctl, restart, aperture
.EXAMPLE
pwsh -NonInteractive -File Invoke-ScheduledReconcile.ps1 -Mode Local -PlanPath ./plan.json -Approve plan_5f0c… -ApprovedBy alice -ReloadCommand /usr/bin/systemctl,restart,aperture -AsJson
.OUTPUTS
An object with Ok, Changed and Results, one LightningOps.Reconcile.ReconcileResult per gateway.
#>
[CmdletBinding(SupportsShouldProcess, PositionalBinding = $false)]
param(
    [ValidateSet('Mock', 'Local', 'Api', 'Convex', 'Postgres')]
    [string] $Mode,
    [string] $StorePath,
    [string[]] $Gateway,
    [ValidateSet('Aperture', 'RouteDocument')]
    [string] $Format,
    [string] $MacaroonPath,
    [string] $TlsCertificatePath,
    [string[]] $ReloadCommand,
    [uri] $HealthUrl,
    [uri] $ChallengeUrl,
    [switch] $AllowHangup,
    [switch] $AllowMissingFeatures,
    [ValidateRange(0, 86400)]
    [int] $WaitForLeaseSeconds = 300,
    [string] $ArtifactDirectory,
    [string] $Payer,
    [string] $PlanPath,
    [string] $Approve,
    [string] $ApprovedBy,
    [ValidateRange(0, 100)]
    [int] $MaxRemovePercent,
    [ValidateRange(0, [int]::MaxValue)]
    [int] $MaxPriceChangePercent,
    [string[]] $DrainCommand,
    [string[]] $UndrainCommand,
    [string] $Vault,
    [string] $EnvironmentFile,
    [switch] $AsJson
)

# Alone, as in an Automation account, the runbook finds its shared code in the module.
$session = "$PSScriptRoot/RunbookSession.ps1"
if (-not $PSScriptRoot -or -not (Test-Path -LiteralPath $session -PathType Leaf)) {
    $session = @(@(Get-Module LightningOps) + @(Get-Module LightningOps -ListAvailable) | ForEach-Object { "$($_.ModuleBase)/runbooks/RunbookSession.ps1" } | Where-Object { Test-Path -LiteralPath $_ -PathType Leaf })[0]
}

$cause = if ("$($ExecutionContext.SessionState.LanguageMode)" -ne 'FullLanguage') {
    "ConstrainedLanguage: this session runs in $($ExecutionContext.SessionState.LanguageMode) mode, set by App Control or AppLocker. Nothing was done. Allow this runbook and the module LightningOps by signature or path."
}
elseif (-not $session) {
    'ModuleNotFound: the module LightningOps is not installed for this account. Nothing was done. Install it, in an Automation account as a module of the runtime environment.'
}
else {
    try { . $session } catch { "ModuleNotLoaded: $_ Nothing was done." -replace '[\\"\x00-\x1f]', ' ' }
}

if ($cause) {
    "{`"ok`":false,`"error`":`"$cause`"}"
    if (Get-Variable PSPrivateMetadata -ValueOnly -ErrorAction Ignore) {
        throw $cause
    }

    exit 1
}

$given = $PSBoundParameters

Invoke-Runbook -AsJson:$AsJson {
    Connect-Runbook $given -Vault $Vault
    $rollout = Select-Parameter $given Sync-ApertureConfig
    $rollout.WaitForLeaseSeconds = $WaitForLeaseSeconds
    $results = @(Sync-ApertureConfig @rollout -Force -ErrorAction SilentlyContinue -ErrorVariable failures)
    if ($failures) {
        throw $failures[0]
    }

    [pscustomobject] @{ ok = -not ($results | Where-Object Ok -EQ $false); changed = [bool] ($results | Where-Object Changed); results = $results }
}
