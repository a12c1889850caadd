<#
.SYNOPSIS
Makes one reconcile of the staging gateway and proves it: what staging-reconcile.sh did.
.DESCRIPTION
Reads .env.staging of the current folder when it is there (env.staging.example shows what is in it), makes one reconcile
with health, challenge and proxy checks, and gives its result. A check that could not be made makes it fail. Secrets come
from Get-AutomationVariable, then SecretManagement, then the file, then the environment. Exit code 0 when every check
passed; 1, and one line {"ok":false,"error":"..."}, when not.
.PARAMETER Mode
Mock, Local, Api or Convex. Without it that of OA_LIGHTNING_OPS_CONTROL_PLANE_MODE, else Api.
.PARAMETER EnvironmentFile
File of KEY=value lines with settings; .env.staging of the current folder by default.
.PARAMETER Gateway
Gateway; ops by default, in Mock mode memory.
.PARAMETER Format
RouteDocument, which ops gateways take, or Aperture.
.PARAMETER RequestId
Request the deployment is recorded under.
.PARAMETER Payer
Wallet that pays for the check of a paid request at an Aperture: executor, lnd:https://host:port. Without it that check is
skipped, and said to be.
.PARAMETER Vault
Vault of SecretManagement; the default vault without it.
.PARAMETER AsJson
Give the result as one line of JSON.
.EXAMPLE
pwsh -NonInteractive -File Invoke-StagingReconcile.ps1 -AsJson
.EXAMPLE
./Invoke-StagingReconcile.ps1 -Mode Convex -EnvironmentFile ./.env.rollback
.OUTPUTS
LightningOps.Smoke.StagingSmokeResult
#>
[CmdletBinding(PositionalBinding = $false)]
param(
    [ValidateSet('Mock', 'Local', 'Api', 'Convex')]
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

. (Join-Path $PSScriptRoot 'RunbookSession.ps1')
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
