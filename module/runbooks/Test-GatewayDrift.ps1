<#
.SYNOPSIS
Compares the gateways with the control plane and sends an alert if they differ.
.DESCRIPTION
Changes nothing (Test-ApertureDrift). The alert is a POST of the result as JSON to a webhook. The address may contain a token
and is treated as a secret: it comes from a parameter, else OA_LIGHTNING_OPS_ALERT_URL in Get-AutomationVariable, SecretManagement or the
environment. Exit code 0 when every gateway is in sync and 1 when one is in drift; 2, and one line
{"ok":false,"error":"..."}, when drift cannot be determined or the alert cannot be sent: the codes of Test-ApertureDrift.
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
.PARAMETER AllowMissingFeatures
Compare without rate limits and rewrites that the gateway cannot carry.
.PARAMETER AlertUrl
Webhook that receives the result if a gateway is in drift.
.PARAMETER Vault
Vault of SecretManagement; the default vault if omitted.
.PARAMETER EnvironmentFile
File of KEY=value lines with settings.
.PARAMETER AsJson
Return the result as one line of JSON.
.EXAMPLE
pwsh -NonInteractive -File Test-GatewayDrift.ps1 -Mode Api -Format RouteDocument -AsJson
.EXAMPLE
./Test-GatewayDrift.ps1 -Mode Local -Gateway file:/etc/aperture/aperture.yaml -AlertUrl https://hooks.example.com/T0/B0
.OUTPUTS
An object with Ok, InDrift, Alerted and Gateways: name, status and summary of the plan.
#>
[CmdletBinding(PositionalBinding = $false)]
param(
    [ValidateSet('Mock', 'Local', 'Api', 'Convex', 'Postgres')]
    [string] $Mode,
    [string] $StorePath,
    [string[]] $Gateway,
    [ValidateSet('Aperture', 'RouteDocument')]
    [string] $Format,
    [string] $MacaroonPath,
    [string] $TlsCertificatePath,
    [switch] $AllowMissingFeatures,
    [uri] $AlertUrl,
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

    exit 2
}

$given = $PSBoundParameters
$state = @{ InDrift = $false }

function Send-Alert([uri] $Url, $Result) {
    $retry = @{}
    if ($PSVersionTable.PSVersion.Major -ge 7) {
        $retry = @{ MaximumRetryCount = 3; RetryIntervalSec = 2 }
    }

    try {
        $null = Invoke-RestMethod -Uri $Url -Method Post -ContentType 'application/json' -Body ($Result | Export-Json) -TimeoutSec 30 @retry
    }
    catch {
        # Not with its address, which may hold a token.
        $failure = [System.InvalidOperationException]::new("The alert could not be sent to $($Url.Host): $($_.Exception.GetType().Name)")
        throw [System.Management.Automation.ErrorRecord]::new($failure, 'AlertNotSent', 'ConnectionError', $Url.Host)
    }
}

Invoke-Runbook -AsJson:$AsJson -FailureCode 2 {
    Connect-Runbook $given -Vault $Vault
    $comparison = Select-Parameter $given Test-ApertureDrift
    $results = @(Test-ApertureDrift @comparison -ErrorAction SilentlyContinue -ErrorVariable failures)
    if ($failures) {
        throw $failures[0]
    }

    if ($unknown = $results | Where-Object ExitCode -EQ 2 | Select-Object -First 1) {
        $failure = [System.InvalidOperationException]::new("$($unknown.Gateway): it is written, and not known to be loaded")
        throw [System.Management.Automation.ErrorRecord]::new($failure, 'LoadNotSeen', 'InvalidResult', $unknown)
    }

    $gateways = @($results | ForEach-Object { [pscustomobject] @{ gateway = $_.Gateway; status = $_.Status; plan = $_.Plan.Summary } })
    $result = [pscustomobject] @{ ok = $true; inDrift = [bool] ($results | Where-Object InDrift); alerted = $false; gateways = $gateways }
    $state.InDrift = $result.InDrift
    if ($result.InDrift) {
        $url = if ($AlertUrl) { $AlertUrl } else { Get-PlatformValue OA_LIGHTNING_OPS_ALERT_URL -Secret -Vault $Vault }
        if (-not $url) {
            $url = $env:OA_LIGHTNING_OPS_ALERT_URL
        }

        if ($url -is [securestring]) {
            $url = [System.Net.NetworkCredential]::new('', $url).Password
        }

        if ($url) {
            $result.Alerted = $true
            Send-Alert $url $result
        }
    }

    $result
}

if ($state.InDrift) {
    exit 1
}
