<#
.SYNOPSIS
Stops all sales, or the sales of some owners, at once; -Resume lifts the stop.
.DESCRIPTION
Sets the global pause, or with -OwnerId the kill switches of owners, and closes the gateway at once by a roll-out. The
switch is set first and stays set when the gateway cannot be reached: the runbook then fails and says so. Secrets come from
Get-AutomationVariable, then SecretManagement, then the environment. Exit code 0 when the switch is set and the gateway
closed, 1 when it is and services that this store did not make were left open there (LeftAlone); 2, and one line
{"ok":false,"error":"..."}, when not. Where the module is missing, nothing was set, and it ends with that line and exit
code 1.
.PARAMETER Reason
Reason, for people who check the state later.
.PARAMETER OwnerId
Owners to stop, as a list or as one comma-separated string; by default everything stops.
.PARAMETER Resume
Lift the pause, or release the owners.
.PARAMETER Mode
Control plane: Local, Postgres, Api, Convex, or Mock. Defaults to OA_LIGHTNING_OPS_CONTROL_PLANE_MODE, then Api.
.PARAMETER StorePath
File of the local store.
.PARAMETER Gateway
Gateways: ops, admin:https://host:port, file:PATH, memory; as a list or one comma-separated string. Defaults to ops, in Mock mode to memory.
.PARAMETER Format
Aperture, or RouteDocument, which ops gateways accept and which does not support pauses: only with -Resume.
.PARAMETER MacaroonPath
File of the admin macaroon of an admin gateway.
.PARAMETER TlsCertificatePath
File of the certificate of an admin gateway.
.PARAMETER ReloadCommand
Program and arguments that restart the Aperture of a file gateway, as a list or one comma-separated string.
.PARAMETER HealthUrl
URL that answers 2xx while the Aperture of a file gateway is up.
.PARAMETER ChallengeUrl
URL the gateway listens on: each closed route is asked there.
.PARAMETER AllowHangup
The reload command may send SIGHUP, which a supervisor traps.
.PARAMETER AllowMissingFeatures
Roll out although the gateway cannot carry rate limits or rewrites.
.PARAMETER All
Close services of a file gateway that this store did not make, too; not with -OwnerId or -Resume.
.PARAMETER Offline
Where the control plane cannot be reached, set the switch on this machine and close the gateway; not with -Resume.
.PARAMETER OverrideStop
With -Resume: reopen a gateway that another store stopped.
.PARAMETER NoRollout
Set the switch only; the gateway sells until the next roll-out.
.PARAMETER Vault
Vault of SecretManagement; the default vault if omitted.
.PARAMETER EnvironmentFile
File of KEY=value lines with settings.
.PARAMETER AsJson
Return the result as one line of JSON.
.EXAMPLE
pwsh -NonInteractive -File Invoke-EmergencyPause.ps1 -Reason 'node compromised' -Mode Api -AsJson
.EXAMPLE
./Invoke-EmergencyPause.ps1 -OwnerId owner_7 -Reason 'abuse report 311' -Mode Local -Gateway file:/etc/aperture/aperture.yaml -ReloadCommand systemctl, restart, aperture
.EXAMPLE
./Invoke-EmergencyPause.ps1 -Resume -Mode Api
.OUTPUTS
An object with Ok, Paused (nothing after -WhatIf), Owners, LeftAlone and Results.
#>
[CmdletBinding(SupportsShouldProcess, PositionalBinding = $false)]
param(
    [string] $Reason = 'emergency pause',
    [string[]] $OwnerId,
    [switch] $Resume,
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
    [switch] $All,
    [switch] $Offline,
    [switch] $OverrideStop,
    [switch] $NoRollout,
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
$state = @{ ExitCode = 0 }

Invoke-Runbook -AsJson:$AsJson -FailureCode 2 {
    Connect-Runbook $given -Vault $Vault
    $owners = @($OwnerId -split ',' | ForEach-Object { $_.Trim() } | Where-Object { $_ })
    if ($given.Keys -contains 'OwnerId') {
        if (-not $owners) {
            # An empty variable must not widen this to everybody.
            throw [System.Management.Automation.ErrorRecord]::new([System.ArgumentException]::new('-OwnerId is empty. Nothing was done.'), 'OwnerIdMissing', 'InvalidArgument', $null)
        }

        $given['OwnerId'] = [string[]] $owners
    }

    $command = if ($owners) { 'Set-L402OwnerKillSwitch' } else { 'Set-L402GlobalPause' }
    $switch = Select-Parameter $given $command
    $switch[$(if ($Resume) { 'Inactive' } else { 'Active' })] = $true
    if ($Resume) {
        $switch.Remove('Reason')
    }
    else {
        $switch.Reason = $Reason
    }

    try {
        $results = @(& $command @switch -Sync:(-not $NoRollout) -Force -ErrorAction SilentlyContinue -ErrorVariable failures)
    }
    catch {
        # A gateway that cannot even be opened must not keep the switch from being set.
        if (-not $Resume -and -not $NoRollout) {
            $alone = @{}
            'OwnerId', 'Mode', 'StorePath', 'Active', 'Reason', 'Offline', 'WhatIf' | Where-Object { $switch.Contains($_) } | ForEach-Object { $alone[$_] = $switch[$_] }
            & $command @alone -Force -ErrorAction SilentlyContinue | Out-Null
        }

        throw
    }

    if ($failures) {
        throw $failures[0]
    }

    # Nothing was set by -WhatIf.
    $paused = if ($results) { -not $Resume }
    $leftAlone = @($results | Where-Object { $_.PSObject.Properties['LeftAlone'] } | ForEach-Object { $_.LeftAlone })
    $state.ExitCode = [int] ($results | Where-Object { $_.PSObject.Properties['ExitCode'] } | ForEach-Object { $_.ExitCode } | Sort-Object | Select-Object -Last 1)
    [pscustomobject] @{ ok = $true; paused = $paused; owners = $owners; leftAlone = $leftAlone; results = $results }
}

if ($state.ExitCode -ne 0) {
    exit $state.ExitCode
}
