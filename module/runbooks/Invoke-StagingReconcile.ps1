<#
.SYNOPSIS
Reconciles the staging gateway once and checks it, like staging-reconcile.sh.
.DESCRIPTION
Reads .env.staging in the current folder if it exists (env.staging.example shows its contents), runs one reconcile
with health, challenge and proxy checks, and returns its result. A skipped check is a failure. Secrets come
from Get-AutomationVariable, then SecretManagement, then the file, then the environment. Exit code 0 if every check
passed; otherwise 1, and one line {"ok":false,"error":"..."}.
.PARAMETER Mode
Mock, Local, Api, Convex or Postgres. Defaults to OA_LIGHTNING_OPS_CONTROL_PLANE_MODE, then Api.
.PARAMETER EnvironmentFile
File of KEY=value lines with settings; .env.staging of the current folder by default.
.PARAMETER Gateway
Gateway; defaults to ops, in Mock mode to memory.
.PARAMETER Format
RouteDocument, which ops gateways accept, or Aperture.
.PARAMETER RequestId
Request id of the deployment.
.PARAMETER Payer
Wallet for the paid-request check at an Aperture: executor, lnd:https://host:port. Without it that check is
skipped with a warning.
.PARAMETER Vault
Vault of SecretManagement; the default vault if omitted.
.PARAMETER AsJson
Return the result as one line of JSON.
.EXAMPLE
pwsh -NonInteractive -File Invoke-StagingReconcile.ps1 -AsJson
.EXAMPLE
./Invoke-StagingReconcile.ps1 -Mode Convex -EnvironmentFile ./.env.rollback
.OUTPUTS
LightningOps.Smoke.StagingSmokeResult
#>
[CmdletBinding(PositionalBinding = $false)]
param(
    [ValidateSet('Mock', 'Local', 'Api', 'Convex', 'Postgres')]
    [string] $Mode,
    [string] $EnvironmentFile,
    [string] $Gateway,
    [ValidateSet('Aperture', 'RouteDocument')]
    [string] $Format = 'RouteDocument',
    [string] $RequestId,
    [string] $Payer,
    [string] $Vault,
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
if (-not $EnvironmentFile -and (Test-Path -LiteralPath './.env.staging')) {
    $given['EnvironmentFile'] = './.env.staging'
}

Invoke-Runbook -AsJson:$AsJson {
    Connect-Runbook $given -Vault $Vault
    $smoke = Select-Parameter $given Invoke-L402Smoke
    $smoke.Format = $Format
    $smoke.Mode = (Get-LightningOpsContext).Mode
    $result = Invoke-L402Smoke -Name Staging @smoke -ErrorAction SilentlyContinue -ErrorVariable failures
    if ($failures) {
        throw $failures[0]
    }

    $result
}
