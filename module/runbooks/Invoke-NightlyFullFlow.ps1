<#
.SYNOPSIS
Tests the whole path at night: paywalls, roll-out, a paid request, settlement, switches, records.
.DESCRIPTION
Runs the FullFlow smoke and keeps events.jsonl and summary.json, even if it fails. Against a hosted control plane it
briefly pauses every paywall, refuses to run during a pause, and restores the credential role. Secrets
come from Get-AutomationVariable, then SecretManagement, then the environment. Exit code 0 if every check passed; otherwise 1, and
one line {"ok":false,"error":"..."}.
.PARAMETER Mode
Mock, Local, Api, Convex or Postgres. Mock by default.
.PARAMETER StorePath
File of the local store.
.PARAMETER Gateway
Gateway: ops, admin:https://host:port, file:PATH, memory. Defaults to ops, in Mock mode to memory.
.PARAMETER ArtifactDirectory
Folder for events.jsonl and summary.json; output/lightning-ops/full-flow/REQUEST by default.
.PARAMETER LocalArtifact
Artifact of the local node to compare with.
.PARAMETER AllowMissingLocalArtifact
Pass even without that artifact.
.PARAMETER Vault
Vault of SecretManagement; the default vault if omitted.
.PARAMETER EnvironmentFile
File of KEY=value lines with settings.
.PARAMETER AsJson
Return the result as one line of JSON.
.EXAMPLE
pwsh -NonInteractive -File Invoke-NightlyFullFlow.ps1 -Mode Api -LocalArtifact ./local-node.json -AsJson
.EXAMPLE
./Invoke-NightlyFullFlow.ps1 -AllowMissingLocalArtifact -ArtifactDirectory ./output/nightly
.OUTPUTS
LightningOps.Smoke.FullFlow.FullFlowSmokeResult
#>
[CmdletBinding(PositionalBinding = $false)]
param(
    [ValidateSet('Mock', 'Local', 'Api', 'Convex')]
    [string] $Mode = 'Mock',
    [string] $StorePath,
    [string] $Gateway,
    [string] $ArtifactDirectory,
    [string] $LocalArtifact,
    [switch] $AllowMissingLocalArtifact,
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
    $smoke = Select-Parameter $given Invoke-L402Smoke
    $smoke.Mode = $Mode
    $result = Invoke-L402Smoke -Name FullFlow -KeepState @smoke -ErrorAction SilentlyContinue -ErrorVariable failures
    if ($failures) {
        throw $failures[0]
    }

    $result
}
